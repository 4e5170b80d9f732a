import { readFileSync, writeFileSync } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import { Feed, mirrorFolder, northScope, owner, product, stock } from '#test/harness/mirror-data.ts'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { realClock } from '../platform/real-clock.ts'
import { inspectHere, type Inspector } from './inspector.ts'
import type { LocalMirror } from './mirror.ts'
import { openInspector } from './sqlite-inspector.ts'
import { mirrorPath } from './sqlite-mirror.ts'

type Folder = ReturnType<typeof mirrorFolder>

const fileOf = ({ directory, options }: Folder): string => mirrorPath(directory, options.serverUrl, owner)

const implementations: [string, (mirror: LocalMirror, folder: Folder) => Inspector][] = [
  ['on the same thread', (mirror) => inspectHere(mirror)],
  [
    'on a thread of its own',
    (_mirror, folder) =>
      openInspector({ path: fileOf(folder), nativeBinding: null, clock: realClock, log: folder.log }),
  ],
]

let folder: Folder
let mirror: LocalMirror
let feed: Feed

beforeEach(() => {
  folder = mirrorFolder()
  mirror = folder.open().mirror
  feed = new Feed()
  const names = Array.from({ length: 200 }, (_, i) => `product ${i}`)
  mirror.apply(
    feed.site(
      ...names.map((name): ['products', object & Record<string, unknown>] => ['products', product(name)]),
    ),
  )
  mirror.apply(
    feed.north(
      ...names.map((name): ['inventory', object & Record<string, unknown>] => ['inventory', stock(name, 1)]),
    ),
  )
})
afterEach(() => folder.remove())

describe.each(implementations)('an inspector %s', (_where, open) => {
  let inspector: Inspector
  beforeEach(() => {
    inspector = open(mirror, folder)
  })
  afterEach(() => inspector.stop())

  test('[M3] digests what was committed last, with the cursor of that commit', async () => {
    expect(await inspector.digest(siteScope)).toEqual(mirror.digest(siteScope))
    mirror.apply(feed.north(['inventory', stock('product 7', 9)]))
    const digest = await inspector.digest(northScope)
    expect(digest).toEqual(mirror.digest(northScope))
    expect(digest.head).toBe(201)
  })

  test('a scope that is not held has no rows and no epoch the server knows', async () => {
    const digest = await inspector.digest('ledger:nowhere' as typeof siteScope)
    expect(digest).toMatchObject({ head: 0, buckets: [] })
    expect(digest).toEqual(mirror.digest('ledger:nowhere' as typeof siteScope))
  })

  test('finds a sound file sound', async () => {
    expect(await inspector.quickCheck()).toEqual({ sound: true, problems: [] })
  })

  test('several questions at once are answered each', async () => {
    const [site, north, check] = await Promise.all([
      inspector.digest(siteScope),
      inspector.digest(northScope),
      inspector.quickCheck(),
    ])
    expect([site.scope, north.scope, check.sound]).toEqual([siteScope, northScope, true])
  })

  test('nothing is answered after the stop, and stopping twice is stopping once', async () => {
    const pending = inspector.quickCheck().catch((error: unknown) => error)
    await inspector.stop()
    await inspector.stop()
    await pending
    await expect(inspector.quickCheck()).rejects.toThrow('stopped')
    await expect(inspector.digest(siteScope)).rejects.toThrow('stopped')
  })
})

describe.each(implementations)('an inspector %s of a damaged file', (_where, open) => {
  test('finds it unsound, and tells damage it meets in a digest by its kind', async () => {
    mirror.close()
    const bytes = readFileSync(fileOf(folder))
    // Rows lie here; the schema, which every opening reads, lies before.
    bytes.fill(0xa5, Math.floor((bytes.length * 3) / 16_384) * 4096)
    writeFileSync(fileOf(folder), bytes)
    const { mirror: damaged } = folder.open()
    const inspector = open(damaged, folder)
    const { sound, problems } = await inspector.quickCheck()
    expect(sound).toBe(false)
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.length).toBeLessThanOrEqual(10)
    await expect(inspector.digest(northScope)).rejects.toMatchObject({ problem: 'damaged' })
    await inspector.stop()
  })
})

describe('the thread of an inspector', () => {
  let threads = 0
  const count = (worker: Worker): void => {
    threads += 1
    worker.once('exit', () => (threads -= 1))
  }
  beforeEach(() => {
    threads = 0
    process.on('worker', count)
  })
  afterEach(() => void process.off('worker', count))

  const onThread = (entry?: string): Inspector =>
    openInspector({
      ...{ path: fileOf(folder), nativeBinding: null, clock: folder.clock, log: folder.log },
      ...(entry === undefined ? {} : { entry }),
    })

  test('is started by the first question, ended when nothing was asked for a while, and started again', async () => {
    const inspector = onThread()
    expect(threads).toBe(0)
    await inspector.digest(siteScope)
    expect(threads).toBe(1)
    await folder.clock.advance(9_000)
    await inspector.digest(siteScope)
    await folder.clock.advance(9_000)
    expect(threads).toBe(1)
    await folder.clock.advance(1_000)
    await vi.waitFor(() => expect(threads).toBe(0), { timeout: PATIENCE_MS })
    expect((await inspector.digest(siteScope)).head).toBe(200)
    await inspector.stop()
    expect([threads, folder.clock.pending()]).toEqual([0, 0])
  })

  test('that is stopped in the middle of a question rejects it', async () => {
    const inspector = onThread()
    const asked = inspector.quickCheck()
    const rejected = expect(asked).rejects.toThrow('stopped')
    await inspector.stop()
    await rejected
  })

  test('that dies rejects what was asked, says so, and does not keep the next question from being tried', async () => {
    const inspector = onThread(`${folder.directory}/no-such-script.js`)
    for (let time = 1; time <= 2; time++) {
      await expect(inspector.quickCheck()).rejects.toThrow()
      expect(folder.log.events().filter((event) => event === 'inspector.died')).toHaveLength(time)
    }
    await inspector.stop()
    expect(folder.clock.pending()).toBe(0)
  })
})

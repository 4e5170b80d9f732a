import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import { mirrorFolder, north } from '#test/harness/mirror-data.ts'
import { NUMBERED_CHANGES, nextNumberedBatch, numberedScopes } from '#test/harness/numbered-batches.ts'
import { seededRandom } from '#test/harness/seeded-random.ts'
import type { LocalMirror } from './mirror.ts'

/* Real processes, really killed, on one file. */

const KILLS = 40
const SEED = 20_261_123
const writer = fileURLToPath(new URL('../../../../test/harness/batch-writer.ts', import.meta.url))

let folder: ReturnType<typeof mirrorFolder>
let reference: ReturnType<typeof mirrorFolder>

beforeEach(() => {
  folder = mirrorFolder()
  reference = mirrorFolder()
})
afterEach(() => {
  folder.remove()
  reference.remove()
})

/** The same compiled code serves every start: most of a start's time is compiling. */
const start = (rounds: number) =>
  spawn(process.execPath, [writer, folder.directory, String(rounds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: path.join(reference.directory, 'compiled') },
  })

/** @param rounds how many it commits before it is killed, somewhere in what follows */
async function killAfter(rounds: number): Promise<void> {
  const child = start(1_000_000)
  const gone = once(child, 'exit')
  let told = 0
  child.stdout.on('data', (bytes: Buffer) => {
    told += bytes.length
    if (told >= rounds) child.kill('SIGKILL')
  })
  const [code, signal] = (await gone) as [number | null, string | null]
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' })
  expect(told).toBeGreaterThanOrEqual(rounds)
}

const shown = (mirror: LocalMirror) => ({
  rows: (['products', 'product_barcodes', 'inventory'] as const).map((table) => mirror.rows(table)),
  digests: numberedScopes.map((scope) => mirror.digest(scope)),
  summary: mirror.summary({ warehouseId: north }),
  lists: ['', 'thing 1', 'product 2', '1000'].map((search) => {
    const { total, rows } = mirror.stockList({
      ...{ warehouseId: north, search, filter: 'all', sort: 'sku', direction: 'asc', offset: 0, limit: 500 },
    })
    return { total, rows }
  }),
})

test(`[M1] killed ${KILLS} times in the middle of writing, the mirror is each time what its cursors say`, async () => {
  const random = seededRandom(SEED)
  const { mirror: model } = reference.open()
  await once(start(1), 'exit')
  let reached = 0
  for (let kill = 0; kill < KILLS; kill++) {
    await killAfter(1 + Math.floor(random() * 12))
    const { mirror, opened } = folder.open()
    expect(opened).toBe('as-it-was')
    expect(mirror.quickCheck()).toEqual({ sound: true, problems: [] })
    for (const scope of numberedScopes) {
      const { seq } = mirror.cursor(scope)
      expect(seq % NUMBERED_CHANGES).toBe(0)
      while (model.cursor(scope).seq < seq) model.apply(nextNumberedBatch(model, scope))
    }
    expect(shown(mirror)).toEqual(shown(model))
    const { seq } = mirror.cursor(siteScope)
    expect(seq).toBeGreaterThan(reached)
    reached = seq
    mirror.close()
  }
})

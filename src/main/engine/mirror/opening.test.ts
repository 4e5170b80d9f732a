import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  chmodSync,
} from 'node:fs'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import { siteScope } from '#shared/domain/scope.ts'
import {
  Feed,
  id,
  mirrorFolder,
  north,
  northScope,
  owner,
  product,
  stock,
} from '#test/harness/mirror-data.ts'
import { crashSite } from '#test/harness/site/crash.ts'
import { withoutPrivileges } from '#test/harness/without-privileges.ts'
import { MIRROR_VERSION, migrations } from './migrations/index.ts'
import { MirrorError, type LocalMirror, type OpenProblem } from './mirror.ts'
import { mirrorPath } from './sqlite-mirror.ts'

let folder: ReturnType<typeof mirrorFolder>
let file: string

beforeEach(() => {
  folder = mirrorFolder()
  file = mirrorPath(folder.directory, folder.options.serverUrl, owner)
})
afterEach(() => folder.remove())

const problemOf = (work: () => unknown): OpenProblem | null => {
  try {
    work()
    return null
  } catch (error) {
    if (error instanceof MirrorError) return error.problem
    throw error
  }
}

const units = (mirror: LocalMirror): number => mirror.summary({ warehouseId: north }).unitsOnHand

/** A closed mirror with 200 products of one unit each. */
function makeFile(): void {
  const { mirror } = folder.open()
  const feed = new Feed()
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
  mirror.close()
}

test('one file per project and user, by a name that tells neither', () => {
  const path = (url: string, user = owner) => mirrorPath('/data', url, user)
  expect(path('https://a.example')).toBe(path('https://A.example/'))
  expect(path('https://a.example')).not.toBe(path('https://b.example'))
  expect(path('https://a.example')).not.toBe(path('https://a.example', id('someone else')))
  expect(path('https://a.example')).toMatch(/^[\\/]data[\\/]mirror-[0-9a-f]{32}\.db$/)
})

test('a first opening says new, the next as it was', () => {
  expect(folder.open().opened).toBe('new')
  expect(problemOf(() => folder.open())).toBe('in-use')
  folder.remove()
  makeFile()
  const again = folder.open()
  expect(again).toMatchObject({ opened: 'as-it-was', aside: null })
  expect(units(again.mirror)).toBe(200)
})

describe('a file whose process ended while it made it', () => {
  test('is no damaged one: without a byte it is new', () => {
    writeFileSync(file, '')
    const { opened, mirror } = folder.open()
    expect(opened).toBe('new')
    expect(folder.log.events()).toEqual([])
    mirror.close()
    expect(folder.open().opened).toBe('as-it-was')
  })

  test('without a byte beside a log that has some it is damaged: SQLite would throw the log away', () => {
    writeFileSync(file, '')
    writeFileSync(`${file}-wal`, 'what was committed last')
    expect(folder.open().opened).toBe('damaged-rebuilt')
  })

  test('opens after an end at each statement of the making (fuzz: seed 2, run 1129)', () => {
    const found: string[] = []
    for (let died = true; died;) {
      died = false
      const left = `${folder.directory}-${found.length + 1}`
      const process = crashSite(folder.directory)
      process.planCrash(found.length + 1, () => {
        died = true
        process.leaveBehind(left)
      })
      try {
        folder.open().mirror.close()
      } catch (error) {
        if (!died) throw error
      }
      process.close()
      folder.remove()
      if (!died) break
      const { opened, mirror } = folder.open({ directory: left })
      mirror.close()
      rmSync(left, { recursive: true })
      found.push(opened)
    }
    expect(found.length).toBeGreaterThan(20)
    expect(new Set(found)).toEqual(new Set(['new', 'as-it-was']))
  })
})

describe('a damaged file is set aside and a new one made', () => {
  const damages: [what: string, damage: () => void][] = [
    ['cut short', () => truncateSync(file, 5_000)],
    ['cut in half', () => truncateSync(file, Math.floor(statSync(file).size / 8192) * 4096)],
    ['full of zeros', () => writeFileSync(file, Buffer.alloc(8192))],
    ['full of something else', () => writeFileSync(file, 'PK not a database '.repeat(500))],
  ]
  test.each(damages)('%s', (_what, damage) => {
    makeFile()
    damage()
    const damaged = readFileSync(file)
    const { mirror, opened, aside } = folder.open()
    expect(opened).toBe('damaged-rebuilt')
    expect(readFileSync(must(aside, 'the file set aside'))).toEqual(damaged)
    expect(mirror.cursor(siteScope)).toMatchObject({ epoch: null, seq: 0 })
    expect(folder.log.events()).toContain('mirror.damaged')
    mirror.close()
    expect(folder.open().opened).toBe('as-it-was')
  })

  test('damage inside is found when it is met, and the file is set aside at the next opening', () => {
    makeFile()
    const bytes = readFileSync(file)
    // Rows lie here; the schema, which every opening reads, lies before.
    bytes.fill(0xa5, Math.floor((bytes.length * 3) / 16_384) * 4096)
    writeFileSync(file, bytes)
    const met = problemOf(() => {
      const { mirror, opened } = folder.open()
      expect(opened).toBe('as-it-was')
      try {
        mirror.rows('inventory')
        mirror.digest(northScope)
        mirror.stockList({
          warehouseId: north,
          search: '',
          filter: 'all',
          sort: 'name',
          direction: 'asc',
          offset: 0,
          limit: 500,
        })
      } finally {
        mirror.close()
      }
    })
    expect(met).toBe('damaged')
    const { opened, mirror } = folder.open()
    expect(opened).toBe('damaged-rebuilt')
    expect(units(mirror)).toBe(0)
  })
})

test('a file from a newer version is refused and not a byte of it changed', () => {
  makeFile()
  const db = new Database(file)
  db.pragma(`user_version = ${MIRROR_VERSION + 1}`)
  db.close()
  const before = readFileSync(file)
  expect(problemOf(() => folder.open())).toBe('from-newer-version')
  expect(readFileSync(file)).toEqual(before)
  expect(readdirSync(folder.directory).filter((name) => name.includes('damaged'))).toEqual([])
})

test('a newer version that only its log knows of is refused as well', () => {
  makeFile()
  const db = new Database(file)
  db.pragma('wal_autocheckpoint = 0')
  db.pragma(`user_version = ${MIRROR_VERSION + 1}`)
  const log = readFileSync(`${file}-wal`)
  const main = readFileSync(file)
  db.close()
  writeFileSync(file, main)
  writeFileSync(`${file}-wal`, log)
  expect(problemOf(() => folder.open())).toBe('from-newer-version')
})

test('every migration leads from an empty file to the newest version, and the mark says whose file it is', () => {
  makeFile()
  const db = new Database(file, { readonly: true })
  expect(db.pragma('user_version', { simple: true })).toBe(migrations.length)
  expect(db.pragma('application_id', { simple: true })).toBe(0x5353434d)
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
  db.close()
})

describe.skipIf(process.platform === 'win32')('where nothing can be written', () => {
  afterEach(() => chmodSync(folder.directory, 0o755))

  test('what is there is shown, and said to be for reading only', () => {
    makeFile()
    chmodSync(file, 0o444)
    chmodSync(`${file}-lock`, 0o444)
    chmodSync(folder.directory, 0o555)
    withoutPrivileges(() => {
      const { mirror, ...how } = folder.open()
      expect(how).toMatchObject({ opened: 'reading-only', trouble: { problem: 'read-only' } })
      expect(units(mirror)).toBe(200)
      expect(mirror.asOf()).toBeNull()
      expect(problemOf(() => mirror.apply(new Feed().site(['products', product('new')])))).toBe('read-only')
      mirror.markComplete(1)
      mirror.close()
    })
    expect(existsSync(file)).toBe(true)
  })

  test('an empty folder is refused as read-only', () => {
    chmodSync(folder.directory, 0o555)
    withoutPrivileges(() => {
      expect(problemOf(() => folder.open())).toBe('read-only')
      expect(problemOf(() => folder.open({ directory: `${folder.directory}/sub` }))).toBe('read-only')
    })
  })
})

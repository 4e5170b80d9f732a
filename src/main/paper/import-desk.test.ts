import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { ImportState } from '#shared/protocol/import.ts'
import { hire, startTestBackend, type TestBackend } from '#test/harness/test-backend.ts'
import { startConsole, type TestConsole } from '#test/harness/console.ts'
import { recordingLog } from '../diagnostics/recording-log.ts'
import type { EngineHost } from '../engine-host.ts'
import { readInThread } from '../import/read-in-thread.ts'
import { openImportDesk, type ImportDesk } from './import-desk.ts'

/* Files on their way into a real backend, through a real engine, as whoever is signed in. */

let backend: TestBackend
let station: TestConsole
let folder: string
let file: string
let desk: ImportDesk
let told: ImportState[]
/** Called before each question to the server; a test cuts the way there. */
let onCall: (name: string) => 'go' | 'cut'

beforeAll(async () => {
  backend = await startTestBackend({ seed: 'empty' })
  station = await startConsole({ server: backend.address, demoSignIn: backend.user })
  await station.reaches('live')
})
afterAll(async () => {
  await station.stop()
  await backend.stop()
})
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'shelf-import-desk-'))
  file = path.join(folder, 'stock.csv')
  onCall = () => 'go'
})
afterEach(async () => {
  desk.close()
  await rm(folder, { recursive: true, force: true })
})

async function openDesk(at: TestConsole = station): Promise<ImportDesk> {
  told = []
  const askOwn: EngineHost['askOwn'] = async (channel, question) => {
    if (channel === 'import.call' && onCall((question as { name: string }).name) === 'cut')
      return { ok: true, value: { kind: 'offline', detail: 'cable out' } } as never
    return at.engine.askOwn(channel, question)
  }
  desk = await openImportDesk({
    engine: { askOwn },
    dialogs: { open: () => Promise.resolve(file), save: () => Promise.resolve(null) },
    log: recordingLog(),
    pause: () => Promise.resolve(),
    noteFile: path.join(folder, 'import.json'),
    read: readInThread,
    changed: (state) => void told.push(state),
  })
  return desk
}

const reaches = (at: ImportState['at']) => expect.poll(() => desk.state().at).toBe(at)

/** A prefix of its own for each test: they share the backend. */
const rows = (prefix: string, count: number): string =>
  `sku,name,bin,quantity\r\n${Array.from({ length: count }, (_, n) => `${prefix}-${n},"Größe ""L"", no ${n}",A-${n % 50},${n + 1}\r\n`).join('')}`

async function booked(prefix: string): Promise<{ products: number; movements: number; units: number }> {
  const [row] = await backend.sql<{ products: number; movements: number; units: number }>(
    `select count(distinct p.id)::int as products, count(m.id)::int as movements, coalesce(sum(i.quantity_on_hand), 0)::int as units
       from products p left join stock_movements m on m.product_id = p.id
       left join inventory i on i.product_id = p.id where starts_with(p.sku, $1)`,
    [`${prefix}-`],
  )
  return row ?? { products: 0, movements: 0, units: 0 }
}
const units = (count: number): number => (count * (count + 1)) / 2

test('a dry run tells every line that cannot be used, by line and column, and changes nothing', async () => {
  await writeFile(
    file,
    'SKU,Name,Bin,Quantity,Colour\nDRY-1,Bolt,A-1,12,red\nDRY-2,,A-1,3,red\nDRY-3,Nut,A-2,"1,5",red\nDRY-4\n',
  )
  await openDesk()
  await desk.choose(backend.warehouseId)
  await reaches('checked')
  expect(desk.check()).toMatchObject({
    kind: 'stock',
    lines: 4,
    skipped: 3,
    ignored: ['Colour'],
    errors: [
      { line: 3, problem: 'name-missing', column: 'name', value: '' },
      { line: 4, problem: 'quantity-not-whole', column: 'quantity', value: '1,5' },
      { line: 5, problem: 'field-count', column: null, value: '1' },
    ],
    planned: { products: 1, movements: 1 },
  })
  expect(desk.check()?.columns.find(({ column }) => column === 'quantity')).toMatchObject({
    heading: 'Quantity',
  })
  expect(await booked('DRY')).toEqual({ products: 0, movements: 0, units: 0 })
  await desk.forget()
  expect(desk.state()).toEqual({ at: 'none' })
})

test('[O2] an import cut off in the middle and gone on with after a restart counts once', async () => {
  const count = 3_500
  await writeFile(file, rows('CUT', count))
  await openDesk()
  await desk.choose(backend.warehouseId)
  await reaches('checked')
  let puts = 0
  onCall = (name) => (name === 'import_put' && ++puts > 3 ? 'cut' : 'go')
  await desk.go()
  await reaches('broken')
  expect(desk.state()).toMatchObject({ because: 'no-answer', doneRows: 3_000, totalRows: 2 * count })
  expect(await booked('CUT')).toEqual({ products: 0, movements: 0, units: 0 })
  // The console is closed: nothing of it is left but the note on disk.
  desk.close()
  expect(await readdir(folder)).toEqual(['import.json', 'stock.csv'])

  const sent: string[] = []
  onCall = (name) => {
    sent.push(name)
    return 'go'
  }
  await openDesk()
  expect(desk.state()).toMatchObject({ at: 'broken', because: 'closed', totalRows: 2 * count })
  await desk.go()
  await reaches('done')
  expect(desk.state()).toMatchObject({ booked: { products: count, movements: count } })
  expect(await booked('CUT')).toEqual({ products: count, movements: count, units: units(count) })
  // Of eight chunks three were there.
  expect(sent.filter((name) => name === 'import_put')).toHaveLength(5)
  expect(told.filter(({ at }) => at === 'sending').length).toBeGreaterThan(5)
  expect(await readdir(folder)).toEqual(['stock.csv'])
})

test('[O2] an import whose booking is answered and the answer lost is booked once', async () => {
  await writeFile(file, rows('LOST', 30))
  await openDesk()
  await desk.choose(backend.warehouseId)
  await reaches('checked')
  const ask = station.engine.askOwn
  const lose = vi.spyOn(station.engine, 'askOwn')
  let lost = 0
  lose.mockImplementation(async (channel, question) => {
    const answer = await ask(channel, question)
    const isBooking = channel === 'import.call' && (question as { name: string }).name === 'import_book'
    if (!isBooking || ++lost > 2) return answer
    return { ok: true, value: { kind: 'offline', detail: 'the answer was lost' } } as never
  })
  await desk.go()
  await reaches('done')
  lose.mockRestore()
  expect(lost).toBe(3)
  expect(desk.state()).toMatchObject({ booked: { products: 30, movements: 30 } })
  expect(await booked('LOST')).toEqual({ products: 30, movements: 30, units: units(30) })
})

test('another file of the same name is not taken for the one that was begun', async () => {
  await writeFile(file, rows('SWAP', 20))
  await openDesk()
  await desk.choose(backend.warehouseId)
  await reaches('checked')
  onCall = () => 'cut'
  await desk.go()
  await reaches('broken')
  desk.close()
  await writeFile(file, rows('SWAP', 21))
  onCall = () => 'go'
  await openDesk()
  await desk.go()
  await expect.poll(() => desk.state()).toMatchObject({ at: 'broken', because: 'file-changed' })
  expect(await booked('SWAP')).toMatchObject({ products: 0 })
  await desk.forget()
  expect(await readdir(folder)).toEqual(['stock.csv'])
})

test('one that somebody stops stands still, and is forgotten with what was sent', async () => {
  await writeFile(file, rows('STOP', 2_500))
  await openDesk()
  await desk.choose(backend.warehouseId)
  await reaches('checked')
  onCall = (name) => {
    if (name === 'import_put') desk.stop()
    return 'go'
  }
  await desk.go()
  await expect.poll(() => desk.state()).toMatchObject({ at: 'broken', because: 'stopped' })
  await desk.forget()
  expect(await backend.sql('select from private.import_chunks')).toEqual([])
  expect(await booked('STOP')).toMatchObject({ products: 0 })
})

test('a picker is refused, whatever their console says', async () => {
  const picker = await hire(backend, 'picker@shelf.test')
  await backend.sql(
    `insert into warehouse_members (user_id, warehouse_id, role) select id, $1, 'picker' from auth.users where email = $2`,
    [backend.warehouseId, picker.email],
  )
  const theirs = await startConsole({ server: backend.address, demoSignIn: picker })
  try {
    await theirs.reaches('live')
    await writeFile(file, rows('PICK', 5))
    await openDesk(theirs)
    await desk.choose(backend.warehouseId)
    await reaches('checked')
    await desk.go()
    await expect.poll(() => desk.state()).toMatchObject({ at: 'broken', because: 'not-allowed', doneRows: 0 })
    expect(await booked('PICK')).toMatchObject({ products: 0 })
  } finally {
    await theirs.stop()
  }
})

test('a file that is none of these is told by its kind, and what to look at', async () => {
  await writeFile(file, 'Artikel,Menge\n1,2\n')
  await openDesk()
  await desk.choose(backend.warehouseId)
  await reaches('unreadable')
  expect(desk.state()).toMatchObject({ because: 'unknown-columns', found: ['Artikel', 'Menge'] })
  await writeFile(file, 'sku,name\n1,ok\n2,"never closed\n')
  await desk.choose(backend.warehouseId)
  await expect.poll(() => desk.state()).toMatchObject({ at: 'unreadable', because: 'open-quote', line: 3 })
})

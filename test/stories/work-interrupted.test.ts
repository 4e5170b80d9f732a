import { afterAll, afterEach, expect, test } from 'vitest'
import type { CommandIntent } from '#shared/domain/commands.ts'
import { MutationId, ProductId } from '#shared/domain/ids.ts'
import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import { must } from '#shared/lib/must.ts'
import type { StockRow } from '#shared/protocol/views.ts'
import { openBooks } from '#test/harness/site/books.ts'
import type { Books } from '#test/harness/site/books.ts'
import { closeSharedPostgres } from '#test/harness/site/postgres-database.ts'
import type { SiteConsole } from '#test/harness/site/site-console.ts'
import { openSite } from '#test/harness/site.ts'
import type { Site } from '#test/harness/site.ts'

/*
 * Stations and servers that end in the middle of a push, on a clock that needs no time. The server is the SQL of the migrations.
 */

let site: Site | null = null
afterEach(async () => {
  const left = await site?.close()
  site = null
  expect(left ?? []).toEqual([])
})
afterAll(() => closeSharedPostgres())

interface Hall {
  hall: Site
  books: Books
  gate: SiteConsole
  desk: SiteConsole
  pick: (at: SiteConsole, quantity: number) => Promise<MutationId>
  /** What a console's window says is on hand. */
  shown: (at: SiteConsole) => Promise<[onHand: number, unsent: number]>
  endsWell: (...ids: MutationId[]) => Promise<void>
}

async function openHall(seed: number): Promise<Hall> {
  const hall = (site = await openSite({ seed, consoles: 2, products: 1, warehouses: 1, server: 'postgres' }))
  const books = await openBooks(must(hall.truth.query, 'a server with tables'))
  const warehouse_id = must(hall.server.warehouses[0], 'a warehouse')
  const product_id = ProductId.parse(must(hall.server.tables.all('products')[0], 'a product').id)
  const place = { warehouse_id, product_id, bin: 'A-1', reference: null }
  return {
    hall,
    books,
    gate: hall.console(1),
    desk: hall.console(2),
    async pick(at, quantity) {
      const mutation_id = MutationId.parse(hall.chance.uuid())
      const command: CommandIntent = { kind: 'pick', mutation_id, ...place, quantity }
      expect(await at.hands.submit(command)).toMatchObject({ kind: 'kept', receipt: { id: mutation_id } })
      return mutation_id
    },
    async shown(at) {
      const model = await at.screen.asksAnew('stock')
      const row = model?.kind === 'list' ? (model.rows as StockRow[])[0] : undefined
      return [row?.onHand ?? 0, row?.unsentOnHand ?? 0]
    },
    async endsWell(...ids) {
      await hall.rest()
      await hall.expectEqual()
      expect(await books.contradictions()).toEqual([])
      const [ledger, movements] = [await books.ledger(), await books.movements()]
      for (const id of ids) {
        expect(ledger.get(id)?.outcome.outcome).toBe('applied')
        expect(movements.get(id)).toHaveLength(1)
      }
    },
  }
}

test('[O1] [O2] a station dies between its push and the answer: the next start knows that the server may have it', async () => {
  const { hall, gate, pick, shown, endsWell } = await openHall(41)
  gate.line.delayMs = 2_000
  const id = await pick(gate, 2)
  await hall.until('the server has it', () => hall.facts.decision(id) !== null, MINUTE_MS)
  expect((await gate.hands.list())?.map(({ state }) => state)).toEqual(['sending'])
  gate.kill()
  gate.cutCable()
  await gate.start()
  expect(await shown(gate)).toEqual([3, -2])
  expect((await gate.hands.list())?.map(({ state }) => state)).toEqual(['sending'])
  await endsWell(id)
  expect(await shown(gate)).toEqual([3, 0])
  expect((await gate.hands.list())?.map(({ state }) => state)).toEqual(['settled'])
})

test('[O1] a station dies at each statement of keeping a command: what has a receipt is there, the rest once or not at all', async () => {
  const { hall, gate, pick, shown, endsWell } = await openHall(42)
  const receipted = []
  for (let statement = 1; statement <= 12; statement += 1) {
    gate.cutCable()
    gate.kill({ statement })
    const asked = pick(gate, 1).then(
      (id) => id,
      () => null,
    )
    const id = await asked
    await hall.clock.settle()
    if (id) receipted.push(id)
    gate.spare()
    await gate.start()
    const list = (await gate.hands.list()) ?? []
    gate.hands.compare(list)
    for (const each of receipted) expect(list.map((item) => item.id)).toContain(each)
    expect(await shown(gate)).toEqual([5 - list.length, 0 - list.length])
  }
  expect(hall.faults.get('process killed')).toBeGreaterThan(0)
  await endsWell(...receipted)
})

test('[O2] the server goes down after it has done a push: the answer is lost with it, and nothing is done twice', async () => {
  const { hall, gate, desk, pick, shown, endsWell } = await openHall(43)
  gate.line.delayMs = 1_000
  const ids = [await pick(gate, 1), await pick(gate, 1)]
  const [first] = ids
  await hall.until('the server has it', () => hall.facts.decision(must(first, 'an id')) !== null, MINUTE_MS)
  hall.server.stop()
  await hall.wait(5 * SECOND_MS)
  expect((await shown(gate))[0]).toBe(3)
  ids.push(await pick(gate, 1))
  expect((await shown(gate))[0]).toBe(2)
  hall.server.start()
  await endsWell(...ids)
  expect(await shown(gate)).toEqual([2, 0])
  expect(await shown(desk)).toEqual([2, 0])
})

test('[O2] a push that hung on the way arrives long after the station has sent the same again', async () => {
  const { hall, gate, pick, shown, endsWell } = await openHall(44)
  gate.line.lateShare = 1
  const id = await pick(gate, 2)
  await hall.wait(SECOND_MS)
  gate.line.lateShare = 0
  await hall.until('the server has it', () => hall.facts.decision(id) !== null, 2 * MINUTE_MS)
  await hall.wait(2 * MINUTE_MS)
  expect(hall.faults.get('push hangs')).toBe(1)
  await endsWell(id)
  expect(await shown(gate)).toEqual([3, 0])
})

test('[O2] two stations work in one bin, each offline in turn: both see the sum at the end, and their own at every moment', async () => {
  const { hall, gate, desk, pick, shown, endsWell } = await openHall(45)
  gate.cutCable()
  const ids = [await pick(gate, 1), await pick(desk, 2)]
  await hall.wait(5 * SECOND_MS)
  expect(await shown(gate)).toEqual([4, -1])
  expect(await shown(desk)).toEqual([3, 0])
  desk.cutCable()
  gate.plugIn()
  await hall.until('the gate is live', () => gate.status().link.at === 'live', 2 * MINUTE_MS)
  await hall.wait(5 * SECOND_MS)
  expect(await shown(gate)).toEqual([2, 0])
  ids.push(await pick(desk, 1))
  expect(await shown(desk)).toEqual([2, -1])
  await endsWell(...ids)
  expect(await shown(gate)).toEqual([1, 0])
  expect(await shown(desk)).toEqual([1, 0])
})

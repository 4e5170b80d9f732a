import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import type { LedgerCursor, LedgerStory } from '#shared/protocol/ledger.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import { openPremises } from './support/premises.ts'
import type { Premises } from './support/premises.ts'
import { askLedger, unsettledAt } from './support/ledger.ts'
import { askView } from './support/ask-view.ts'
import { soon } from './support/soon.ts'
import { binsOf, workerAt } from './support/worker.ts'

/*
 * "Why is this 37?": the server keeps the ledger, the station keeps what it has not sent, and both together are the figure on
 * screen.
 */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(async () => {
  premises.backend.faults.calm()
  await premises.goHome()
})
afterAll(() => premises.close())

async function noraInTheNorth() {
  const day = `ledger-${++days}`
  const north = await premises.warehouse(`${day}-north`, 2)
  const nora = await premises.person(`nora.${day}`, north)
  const terminal = await premises.terminal(nora)
  const [bin] = await binsOf(premises, north, 2)
  return { day, north, nora, terminal, worker: workerAt(terminal), bin: must(bin, 'a bin') }
}

describe('the story of a figure', () => {
  test('[L3] what the server has and what was not sent add up to the figure on screen, also in an outage', async () => {
    const { north, terminal, worker, bin } = await noraInTheNorth()
    const subject = { warehouseId: north.id, productId: bin.product_id }
    await worker.does('receive', { ...bin, quantity: 30 })
    await worker.settles()

    await terminal.loseLine()
    await worker.does('pick', { ...bin, quantity: 3 })
    await worker.does('transfer', { ...bin, to_warehouse_id: north.id, to_bin: 'Z-9', quantity: 2 })
    const unsent = await unsettledAt(terminal, subject)
    expect(unsent.map(({ kind, bin: at, quantity, at: where }) => [kind, at, quantity, where])).toEqual([
      ['transfer', 'A-1', -2, 'unsent'],
      ['transfer', 'Z-9', 2, 'unsent'],
      ['pick', 'A-1', -3, 'unsent'],
    ])
    const away = await askLedger(terminal, 'ledger.story', { ...subject, bin: null, before: null, limit: 50 })
    expect(away).toMatchObject({ ok: false, error: { code: 'no-answer', retryable: true } })

    const told = must(
      (
        await premises.backend.sql<{ on_hand: number }>(
          'select sum(quantity_on_hand)::int as on_hand from inventory where product_id = $1',
          [bin.product_id],
        )
      )[0],
      'a figure',
    )
    const moved = unsent.reduce((sum, { quantity }) => sum + quantity, 0)
    expect(await worker.onHand(bin)).toEqual([told.on_hand + moved, moved])

    await terminal.comeBack()
    await worker.settles()
    expect(await unsettledAt(terminal, subject)).toEqual([])
    const story = await askLedger(terminal, 'ledger.story', {
      ...subject,
      bin: null,
      before: null,
      limit: 50,
    })
    if (!story.ok) throw new Error(story.error.message)
    expect(story.value).toMatchObject({ onHand: 32, count: 4, next: null })
    expect(story.value.movements.map(({ kind, quantity, balance }) => [kind, quantity, balance])).toEqual([
      ['transfer', 2, 32],
      ['transfer', -2, 30],
      ['pick', -3, 32],
      ['receive', 30, 35],
    ])
    const newest = must(story.value.movements[0], 'a movement')
    expect(newest).toMatchObject({ offlineMs: null, product: { id: bin.product_id } })
    expect(newest.person).toContain('nora')
  })

  test('one bin at a time, page by page, with the balance carried over', async () => {
    const { north, terminal, worker, bin } = await noraInTheNorth()
    for (let n = 1; n <= 5; n++) await worker.does('receive', { ...bin, quantity: n })
    await worker.does('transfer', { ...bin, to_warehouse_id: north.id, to_bin: 'Z-9', quantity: 4 })
    await worker.settles()
    const question = { warehouseId: north.id, productId: bin.product_id, bin: bin.bin, limit: 2 }
    const balances: number[] = []
    let before: LedgerCursor | null = null
    do {
      const page: Reply<LedgerStory> = await askLedger(terminal, 'ledger.story', { ...question, before })
      if (!page.ok) throw new Error(page.error.message)
      balances.push(...page.value.movements.map(({ balance }) => balance))
      before = page.value.next
    } while (before !== null)
    expect(balances).toEqual([16, 20, 15, 11, 8, 6])
  })

  test('the pulse moves with what others do, and the page tells it by name, document and both clocks', async () => {
    const { day, north, terminal, bin } = await noraInTheNorth()
    const mia = await premises.person(`mia.${day}`, north)
    const other = await premises.terminal(mia)
    const pulse = async () => askView(terminal, { name: 'pulse', params: { warehouseId: north.id } })
    const before = await pulse()
    await other.loseLine()
    await workerAt(other).does('receive', { ...bin, quantity: 7, reference: 'DN-77' })
    await other.comeBack()
    await workerAt(other).settles()
    await soon(async () => expect(await pulse()).not.toEqual(before))
    const page = await askLedger(terminal, 'ledger.page', {
      warehouseId: north.id,
      filter: { document: 'DN-77' },
      before: null,
      limit: 10,
    })
    if (!page.ok) throw new Error(page.error.message)
    expect(page.value.movements).toHaveLength(1)
    const [movement] = page.value.movements
    expect(movement).toMatchObject({ kind: 'receive', quantity: 7, reference: 'DN-77', bin: bin.bin })
    expect(must(movement, 'it').receivedAt).toBeGreaterThanOrEqual(must(movement, 'it').happenedAt)
  })

  test('of a warehouse that is not theirs nobody is told anything', async () => {
    const { day, terminal, bin } = await noraInTheNorth()
    const south = await premises.warehouse(`${day}-south`, 1)
    const reply = await askLedger(terminal, 'ledger.page', {
      warehouseId: south.id,
      filter: { productId: bin.product_id },
      before: null,
      limit: 10,
    })
    expect(reply).toMatchObject({ ok: false, error: { code: 'not-allowed' } })
  })
})

describe('orders by age', () => {
  test('holds open orders by when they were made', async () => {
    const { day, north, terminal } = await noraInTheNorth()
    await premises.order(north, `SO-${day}-1`)
    await premises.order(north, `SO-${day}-2`)
    await premises.backend.sql(`update sales_orders set status = 'shipped' where number = $1`, [
      `SO-${day}-2`,
    ])
    await soon(async () => {
      const ages = await askView(terminal, { name: 'orders.ages', params: { warehouseId: north.id } })
      expect(ages).toMatchObject([
        { status: 'pending', orders: 1, slots: [{ orders: 1 }] },
        { status: 'picking', orders: 0 },
        { status: 'packed', orders: 0 },
      ])
    })
  })
})

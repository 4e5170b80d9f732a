import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bothWays } from './support/meanwhile.ts'
import { openPremises } from './support/premises.ts'
import type { Premises } from './support/premises.ts'

/*
 * The server comes back from a backup, or has forgotten what a long absence would need. The numbers a terminal goes by mean
 * nothing then: it starts over, for just what is concerned, and says how old its figures are until it is through.
 */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(() => premises.goHome())
afterAll(() => premises.close())

async function noraInTheNorth() {
  const day = `day-${++days}`
  const north = await premises.warehouse(`${day}-north`, 20)
  const nora = await premises.person(`nora.${day}`, north)
  return { north, nora, terminal: await premises.terminal(nora) }
}

/** What the database keeps for the stations; users and their sessions stay as they are. */
const backedUp = ['products', 'inventory', 'sales_orders', 'sales_order_items', 'sync_scopes', 'sync_changes']

/** Runs the same SQL for every table of the backup, in one transaction. */
const forEachTable = (before: string, sql: (table: string) => string, after: string) =>
  premises.backend.sql(`do $$ begin ${before}; ${backedUp.map(sql).join(' ')} ${after}; end $$`)

const backUp = () =>
  forEachTable(
    'drop schema if exists backup cascade; create schema backup',
    (table) => `create table backup.${table} as table public.${table};`,
    'null',
  )

/** Puts everything back as it was, past all triggers, as a restore does. */
const restore = () =>
  forEachTable(
    `perform set_config('session_replication_role', 'replica', true)`,
    (table) =>
      `delete from public.${table}; insert into public.${table} overriding system value table backup.${table};`,
    `perform set_config('session_replication_role', 'origin', true)`,
  )

const renewEpochs = () => premises.backend.sql('select sync_renew_epochs()')

describe.each(bothWays)('%s', (way) => {
  test('[M3] [L3] the server is restored from last night’s backup: everything is fetched again, and nothing of the lost day is left', async () => {
    const { north, nora, terminal } = await noraInTheNorth()
    await backUp()
    // The day that will be lost: more pieces, more things, an order.
    await premises.receive(north, 20)
    await premises.stock(north, 5)
    await premises.order(north, 'LOST-1')
    await terminal.agreesWith(nora)
    expect(await terminal.orders(north)).toEqual(['LOST-1'])
    await terminal.loseLine()
    const { asOf } = terminal.status()

    await restore()
    await renewEpochs()
    if (way === 'online') await terminal.comeBack()
    // Work goes on after the restore: the numbers of the lost day are given out again.
    await premises.receive(north, 3)
    await premises.order(north, 'NEW-1')
    expect(way === 'online' || terminal.status().asOf === asOf).toBe(true)
    if (way !== 'online') await terminal.comeBack()

    await terminal.agreesWith(nora)
    expect(await terminal.summary(north)).toMatchObject({ products: 20, unitsOnHand: 103 })
    expect(await terminal.orders(north)).toEqual(['NEW-1'])
    expect(terminal.status().asOf).toBeGreaterThan(asOf ?? 0)
    const after = await terminal.restart()
    await after.reaches('live')
    await after.equals(nora)
  })
})

test('[L3] from the first figure of the new copy on, the old age is gone and no new one is claimed, until all is there', async () => {
  const { north, nora, terminal } = await noraInTheNorth()
  await premises.stock(north, 6_000)
  await terminal.agreesWith(nora)
  await terminal.reaches('live')
  await terminal.loseLine()
  await renewEpochs()
  const { asOf: oldAsOf } = terminal.status()
  const seen = terminal.told().length
  await terminal.comeBack()
  await terminal.equals(nora)
  const onTheWay = terminal
    .told()
    .slice(seen)
    .filter(({ link }) => link.at === 'catching-up' && link.done > 0)
  expect(onTheWay.length).toBeGreaterThan(0)
  const ages = onTheWay.map(({ asOf }) => asOf)
  // Before that the old figures are shown, with the age they have.
  expect(ages).toContain(null)
  expect(ages.slice(ages.indexOf(null))).not.toContain(oldAsOf)
})

test('[M3] somebody forgot to renew the epochs after the restore: a head that went back is noticed all the same', async () => {
  const { north, nora, terminal } = await noraInTheNorth()
  await backUp()
  await premises.receive(north, 20)
  await terminal.agreesWith(nora)
  await terminal.loseLine()
  await restore()
  await terminal.comeBack()
  await terminal.equals(nora)
  expect(await terminal.summary(north)).toMatchObject({ unitsOnHand: 100 })
})

test('[M3] the terminal was away for longer than deletions are remembered: it starts over, but only where it must', async () => {
  const { north, nora, terminal } = await noraInTheNorth()
  const south = await premises.warehouse(`${north.name}-south`, 10)
  await premises.grant(nora, south)
  await terminal.agreesWith(nora)
  await terminal.reaches('live')
  await terminal.loseLine()

  await premises.backend.sql('delete from inventory where warehouse_id = $1', [north.id])
  await premises.stock(north, 2)
  await premises.receive(south, 3)
  await premises.backend.sql(`update sync_changes set deleted_at = now() - interval '90 days' where op = 'D'`)
  expect(await premises.backend.sql('select sync_prune() as gone')).toEqual([{ gone: 20 }])
  // The terminal has been away since before that.
  await premises.backend.sql(`update sync_scopes set pruned_before = now() where pruned_to > 0`)

  await terminal.comeBack()
  await terminal.equals(nora)
  expect(await terminal.summary(north)).toMatchObject({ products: 2, unitsOnHand: 10 })
  expect(await terminal.summary(south)).toMatchObject({ products: 10, unitsOnHand: 53 })
  const startedOver = terminal.log.filter(({ event }) => event === 'mirror.started-over')
  expect(startedOver.map(({ facts }) => facts['scope'])).toEqual([`warehouse:${north.id}`])
})

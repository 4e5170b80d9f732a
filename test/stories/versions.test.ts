import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import { SCHEMA_VERSION } from '#shared/protocol/server.ts'
import { hurriedClock } from '#test/traps/support/hurried-clock.ts'
import { bothWays, meanwhile } from './support/meanwhile.ts'
import { openPremises } from './support/premises.ts'
import type { Premises } from './support/premises.ts'
import { soon } from './support/soon.ts'

/*
 * Server and terminals are not brought up to date in the same night. Whoever cannot understand the other says so, and
 * keeps what it has; what is merely new is left aside.
 */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(async () => {
  await settings(`schema_version = ${SCHEMA_VERSION}, min_client = 1`)
  await premises.goHome()
})
afterAll(() => premises.close())

async function settings(assignments: string): Promise<void> {
  await premises.backend.sql(`update sync_settings set ${assignments}`)
}

async function noraInTheNorth() {
  const day = `day-${++days}`
  const clock = hurriedClock()
  const north = await premises.warehouse(`${day}-north`, 20)
  const nora = await premises.person(`nora.${day}`, north)
  const terminal = await premises.terminal(nora, { clock })
  /** It looks at everything anew, and soon after compares itself with the server. */
  const provesItself = async (): Promise<void> => {
    terminal.engine.signal({ kind: 'resumed' })
    await clock.pass(15 * SECOND_MS)
    await terminal.provesItself()
  }
  return { north, nora, terminal, clock, provesItself }
}

const versions = [
  [
    'newer than this terminal',
    `schema_version = ${SCHEMA_VERSION + 1}, min_client = ${SCHEMA_VERSION + 1}`,
    'server-newer',
  ],
  ['older than this terminal', `schema_version = ${SCHEMA_VERSION - 1}`, 'server-older'],
] as const

describe.each(bothWays)('%s', (way) => {
  test.each(versions)(
    '[L3] the server is %s: it says so, shows what it has with its age, and works again after a click',
    async (_name, change, because) => {
      const { north, nora, terminal } = await noraInTheNorth()
      const isOffline = way !== 'online'
      if (isOffline) await terminal.loseLine()
      await settings(change)
      await premises.receive(north, 3)
      if (isOffline) terminal.line.mend()
      if (isOffline) terminal.engine.signal({ kind: 'network-up' })
      await terminal.reaches('incompatible')
      expect(terminal.status().link).toEqual({ at: 'incompatible', because })
      const { asOf } = terminal.status()
      expect(asOf).not.toBeNull()
      const shown = await terminal.summary(north)
      expect(shown).toMatchObject({ products: 20 })

      await premises.receive(north, 20)
      const restarted = await terminal.restart()
      await restarted.reaches('incompatible')
      expect(await restarted.summary(north)).toEqual(shown)
      expect(restarted.status()).toMatchObject({ asOf, user: { id: nora.id } })

      await settings(`schema_version = ${SCHEMA_VERSION}, min_client = 1`)
      await restarted.click()
      await restarted.reaches('live')
      await restarted.equals(nora)
      expect(await restarted.summary(north)).toMatchObject({ unitsOnHand: 123 })
    },
  )

  test('[M3] the server’s tables get columns that this terminal does not know: they are left out', async () => {
    const { north, nora, terminal } = await noraInTheNorth()
    await meanwhile(way, [terminal], async () => {
      await premises.backend.sql(`alter table inventory add column if not exists lot text`)
      await premises.backend.sql(
        `update inventory set lot = 'L-1', quantity_on_hand = 7 where warehouse_id = $1`,
        [north.id],
      )
    })
    await terminal.agreesWith(nora)
    expect(await terminal.summary(north)).toMatchObject({ products: 20, unitsOnHand: 140 })
    expect(terminal.status().link.at).toBe('live')
  })

  test('[M3] the server keeps pallets now, of which this terminal knows nothing: the rest goes on', async () => {
    const { north, nora, terminal, provesItself } = await noraInTheNorth()
    await meanwhile(way, [terminal], async () => {
      await keepPallets()
      await premises.backend.sql(`insert into pallets (warehouse_id) select $1 from generate_series(1, 5)`, [
        north.id,
      ])
      await premises.receive(north, 20)
    })
    await terminal.agreesWith(nora)
    expect(await terminal.summary(north)).toMatchObject({ unitsOnHand: 120 })
    expect(terminal.status().link.at).toBe('live')
    // Nor does the terminal take what it cannot read for a difference.
    await provesItself()
  })

  test('[M3] one order is in a state this terminal cannot read: it is set aside, told by its id, and hides no other', async () => {
    const { north, nora, terminal, provesItself } = await noraInTheNorth()
    await premises.order(north, 'N-1')
    await premises.order(north, 'N-2')
    await terminal.agreesWith(nora)
    await meanwhile(way, [terminal], async () => {
      await premises.backend.sql(
        `alter table sales_orders drop constraint if exists sales_orders_status_check`,
      )
      await premises.backend.sql(
        `update sales_orders set status = case number when 'N-1' then 'quarantined' else 'picking' end
         where warehouse_id = $1`,
        [north.id],
      )
    })
    await soon(async () => expect(await terminal.orders(north)).toEqual(['N-2']))
    const { differences } = await terminal.compare(nora)
    expect(differences).toMatchObject([{ table: 'sales_orders', problem: 'missing-in-mirror' }])
    await soon(async () => expect((await terminal.diagnostics()).mirror).toMatchObject({ unreadableRows: 1 }))

    // What was set aside counts: the mirror is not taken for wrong because of it.
    await provesItself()

    await premises.backend.sql(`update sales_orders set status = 'picking' where warehouse_id = $1`, [
      north.id,
    ])
    await terminal.agreesWith(nora)
    expect(await terminal.orders(north)).toEqual(['N-1', 'N-2'])
    await soon(async () => expect((await terminal.diagnostics()).mirror).toMatchObject({ unreadableRows: 0 }))
  })
})

test('[L2] nobody clicks: the terminal looks again by itself and finds the server put right', async () => {
  const { nora, terminal, clock } = await noraInTheNorth()
  await settings(`min_client = ${SCHEMA_VERSION + 1}`)
  await terminal.click()
  await terminal.reaches('incompatible')
  await settings('min_client = 1')
  const looksAgain = () => terminal.status().link.at !== 'incompatible'
  await clock.passUntil('it looks again', looksAgain, 10 * MINUTE_MS, 5 * SECOND_MS)
  await terminal.reaches('live')
  await terminal.equals(nora)
})

/** What a migration of a later version does: a table in the warehouse's scope, known to the pull. */
async function keepPallets(): Promise<void> {
  await premises.backend.sql(`
    do $$
    declare
      known text;
      grown text;
    begin
      if to_regclass('public.pallets') is not null then
        return;
      end if;
      create table public.pallets (
        id uuid primary key default gen_random_uuid(),
        warehouse_id uuid not null references public.warehouses (id)
      );
      perform private.track('pallets', 'warehouse', 'warehouse_id');
      known := pg_get_functiondef('private.changes_of'::regproc);
      grown := replace(known, $find$when e.table_name = 'products'$find$,
        $put$when e.table_name = 'pallets' then (
          select row_to_json(t) from public.pallets t where t.id = e.row_id and t.warehouse_id = o.id)
        when e.table_name = 'products'$put$);
      if grown = known then
        raise exception 'changes_of is not as this story knows it';
      end if;
      execute grown;
    end
    $$`)
}

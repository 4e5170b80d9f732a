import type { UserId } from '#shared/domain/ids.ts'
import type { CommandOutcome } from '#shared/domain/commands.ts'
import type { SiteServer } from './site-server.ts'

/*
 * What the server's own tables say at the end: every figure is the opening one and the ledger on top of it, and everything
 * in the ledger was asked for by somebody, once.
 */

/** The server's line about one command. */
export interface Booked {
  id: string
  user: UserId
  kind: string
  outcome: CommandOutcome
}

/** So many pieces in a place: warehouse, product and bin, in that order. */
export interface Booking {
  place: string
  pieces: number
}

interface Figure extends Record<string, unknown> {
  place: string
  pieces: number
}

export interface Books {
  /** How the tables contradict each other, in words; empty when they do not. */
  contradictions(): Promise<string[]>
  /** Every command that the server has decided, by mutation id. */
  ledger(): Promise<Map<string, Booked>>
  /** What each command moved, by mutation id: bins and pieces. */
  movements(): Promise<Map<string, Booking[]>>
}

const STOCK = `select warehouse_id || ' ' || product_id || ' ' || bin as place, quantity_on_hand as pieces
  from public.inventory`
const MOVED = `select warehouse_id || ' ' || product_id || ' ' || bin as place, sum(quantity)::integer as pieces
  from public.stock_movements group by 1`
const HELD = `select warehouse_id || ' ' || product_id as place, sum(quantity_allocated)::integer as pieces
  from public.inventory group by 1`
const OPEN = `select o.warehouse_id || ' ' || i.product_id as place,
    sum(greatest(i.quantity_ordered - i.quantity_picked, 0))::integer as pieces
  from public.sales_orders o join public.sales_order_items i on i.order_id = o.id
  where o.status in ('pending', 'picking') group by 1`
/** Booked for a command that is not in the ledger, or that the ledger calls refused. */
const UNASKED = `select m.mutation_id::text as place, 0 as pieces from public.stock_movements m
  left join public.command_ledger l using (mutation_id)
  where m.mutation_id is not null and l.outcome ->> 'outcome' is distinct from 'applied'`

/** @param ask a server with all its opening stock, and nothing done yet */
export async function openBooks(ask: NonNullable<SiteServer['query']>): Promise<Books> {
  const figures = async (sql: string): Promise<Map<string, number>> =>
    new Map((await ask<Figure>(sql)).map(({ place, pieces }) => [place, pieces]))
  const opening = await figures(STOCK)
  const moved = await figures(MOVED)
  for (const [place, pieces] of moved) opening.set(place, (opening.get(place) ?? 0) - pieces)

  return {
    async contradictions() {
      const expected = new Map(opening)
      for (const [place, pieces] of await figures(MOVED)) {
        expected.set(place, (expected.get(place) ?? 0) + pieces)
      }
      return [
        ...unequal('stock of', expected, await figures(STOCK)),
        ...unequal('allocated of', await figures(OPEN), await figures(HELD)),
        ...[...(await figures(UNASKED)).keys()].map((id) => `movements of ${id}, which was not applied`),
      ]
    },
    async ledger() {
      const rows = await ask<Booked & Record<string, unknown>>(
        `select mutation_id::text as id, user_id as user, kind, outcome from public.command_ledger`,
      )
      return new Map(rows.map((row) => [row.id, row]))
    },
    async movements() {
      const rows = await ask<Figure & { id: string }>(
        `select mutation_id::text as id, warehouse_id || ' ' || product_id || ' ' || bin as place, quantity as pieces
         from public.stock_movements where mutation_id is not null order by mutation_id, line_no`,
      )
      const byId = new Map<string, Figure[]>()
      for (const row of rows) byId.set(row.id, [...(byId.get(row.id) ?? []), row])
      return byId
    },
  }
}

function unequal(what: string, expected: Map<string, number>, found: Map<string, number>): string[] {
  return [...new Set([...expected.keys(), ...found.keys()])].flatMap((place) => {
    const [is, should] = [found.get(place) ?? 0, expected.get(place) ?? 0]
    return is === should ? [] : [`${what} ${place} is ${is}, not ${should}`]
  })
}

import type { Command, RefusalCode } from '#shared/domain/commands.ts'
import type { OrderId, ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type { Effect } from './effects.ts'
import type { Look } from './look.ts'

/** Work in one lane is sent in its order; other work flows past. One product in one bin, or one order. */
export type Lane = string & { readonly __brand: 'Lane' }

export const binLane = (warehouse: WarehouseId, product: ProductId, bin: string): Lane =>
  `bin:${warehouse}/${product}/${bin}` as Lane
export const orderLane = (order: OrderId): Lane => `order:${order}` as Lane
/** For work that no other work depends on. */
export const inboxLane = 'inbox' as Lane

/**
 * What speaks against a command on what this station knows. `stop`: it is not kept. `warn`: it is kept, the person hears of it;
 * the station may be wrong, for others work while it is offline.
 */
export interface Objection {
  level: 'stop' | 'warn'
  code: RefusalCode
  facts: Record<string, unknown>
}

/** The rules of one kind of command on the station. Pure: they look, they change nothing. */
export interface CommandSpec<C extends Command> {
  kind: C['kind']
  lanes(command: C, look: Look): Lane[]
  check(command: C, look: Look): Objection | null
  /** What it will change, if the server takes it. */
  effects(command: C, look: Look): Effect[]
}

export type CommandOf<K extends Command['kind']> = Extract<Command, { kind: K }>

export const stop = (code: RefusalCode, facts: Objection['facts'] = {}): Objection => ({
  level: 'stop',
  code,
  facts,
})
export const warn = (code: RefusalCode, facts: Objection['facts'] = {}): Objection => ({
  level: 'warn',
  code,
  facts,
})

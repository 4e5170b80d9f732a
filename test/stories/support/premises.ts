import { createClient } from '@supabase/supabase-js'
import WebSocket from 'ws'
import type { MemberRole } from '#shared/domain/rows.ts'
import { UserId, WarehouseId } from '#shared/domain/ids.ts'
import type { Backend } from '#backend/backend.ts'
import { removeFolder } from '#test/harness/console.ts'
import { startQuickBackend } from '#test/harness/test-backend.ts'
import { layLine } from './line.ts'
import { startTerminal } from './terminal.ts'
import type { Terminal, TerminalOptions } from './terminal.ts'

type ServerClient = ReturnType<typeof createClient>

/** Somebody with a password, and what the server lets them read. */
export interface Person {
  id: UserId
  email: string
  password: string
  /** A plain client signed in as this person, for asking the server itself. */
  server: ServerClient
}

export interface Warehouse {
  id: WarehouseId
  name: string
}

/** A whole company for one file of stories: a real backend, warehouses, people, and terminals with a line each. */
export interface Premises {
  backend: Backend
  warehouse(name: string, stockRows?: number): Promise<Warehouse>
  /** As many new products, five pieces of each in bin A-1 of the warehouse. */
  stock(warehouse: Warehouse, rows: number): Promise<void>
  /** One more piece in each of the first `rows` stock rows. */
  receive(warehouse: Warehouse, rows: number): Promise<void>
  /** An order with one line for each of two products. */
  order(warehouse: Warehouse, number: string): Promise<void>
  /** Stock rows change hands, each as it is. */
  moveStock(from: Warehouse, to: Warehouse, rows: number): Promise<void>
  moveOrder(number: string, from: Warehouse, to: Warehouse): Promise<void>
  person(name: string, ...memberOf: Warehouse[]): Promise<Person>
  grant(person: Person, warehouse: Warehouse, role?: MemberRole): Promise<void>
  revoke(person: Person, warehouse: Warehouse): Promise<void>
  /** @param duration such as `24h`, or `none` to lift the ban */
  ban(person: Person, duration: string): Promise<void>
  /** A terminal on a line of its own, with this person signed in and their stock on it. */
  terminal(person: Person, options?: TerminalOptions): Promise<Terminal>
  /** The end of a day: every terminal is switched off. */
  goHome(): Promise<void>
  close(): Promise<void>
}

const PASSWORD = 'goods-inwards'

export async function openPremises(): Promise<Premises> {
  const backend = await startQuickBackend()
  const terminals: Terminal[] = []
  const started = (terminal: Terminal): void => void terminals.push(terminal)
  let batches = 0

  const client = (key: string): ServerClient =>
    createClient(backend.url, key, {
      auth: { persistSession: false, autoRefreshToken: false },
      realtime: { transport: WebSocket as never },
    })
  const office = client(backend.serviceRoleKey)

  const premises: Premises = {
    backend,
    async warehouse(name, stockRows = 0) {
      const [row] = await backend.sql<{ id: string }>(
        'insert into warehouses (code, name) values ($1, $1) returning id',
        [name],
      )
      const warehouse = { id: WarehouseId.parse(row?.id), name }
      if (stockRows > 0) await premises.stock(warehouse, stockRows)
      return warehouse
    },
    async stock(warehouse, rows) {
      const prefix = `${warehouse.name}-${++batches}-`
      await backend.sql(
        `with made as (
           insert into products (sku, name) select $1 || n, 'Thing ' || n from generate_series(1, $2::int) n
           returning id
         )
         insert into inventory (warehouse_id, product_id, bin, quantity_on_hand)
         select $3, id, 'A-1', 5 from made`,
        [prefix, rows, warehouse.id],
      )
    },
    async receive(warehouse, rows) {
      await backend.sql(
        `update inventory set quantity_on_hand = quantity_on_hand + 1
         where id in (select id from inventory where warehouse_id = $1 order by id limit $2)`,
        [warehouse.id, rows],
      )
    },
    async order(warehouse, number) {
      await backend.sql(
        `with made as (
           insert into sales_orders (warehouse_id, number) values ($1, $2) returning id, warehouse_id
         )
         insert into sales_order_items (order_id, warehouse_id, product_id, line_no, quantity_ordered)
         select made.id, made.warehouse_id, p.id, p.n, 3
         from made, (select id, row_number() over (order by sku) n from products limit 2) p`,
        [warehouse.id, number],
      )
    },
    async moveStock(from, to, rows) {
      await backend.sql(
        `update inventory set warehouse_id = $2
         where id in (select id from inventory where warehouse_id = $1 order by id limit $3)`,
        [from.id, to.id, rows],
      )
    },
    async moveOrder(number, from, to) {
      await backend.sql('update sales_orders set warehouse_id = $3 where number = $1 and warehouse_id = $2', [
        number,
        from.id,
        to.id,
      ])
    },
    async person(name, ...memberOf) {
      const email = `${name.toLowerCase()}@smart-shelf.example`
      const made = await office.auth.admin.createUser({ email, password: PASSWORD, email_confirm: true })
      if (made.error) throw made.error
      const server = client(backend.anonKey)
      const signedIn = await server.auth.signInWithPassword({ email, password: PASSWORD })
      if (signedIn.error) throw signedIn.error
      const person = { id: UserId.parse(made.data.user.id), email, password: PASSWORD, server }
      for (const warehouse of memberOf) await premises.grant(person, warehouse)
      return person
    },
    async grant(person, warehouse, role = 'picker') {
      await backend.sql(
        `insert into warehouse_members (user_id, warehouse_id, role) values ($1, $2, $3)
         on conflict (user_id, warehouse_id) do update set role = excluded.role`,
        [person.id, warehouse.id, role],
      )
    },
    async revoke(person, warehouse) {
      await backend.sql('delete from warehouse_members where user_id = $1 and warehouse_id = $2', [
        person.id,
        warehouse.id,
      ])
    },
    async ban(person, duration) {
      const { error } = await office.auth.admin.updateUserById(person.id, { ban_duration: duration })
      if (error) throw error
    },
    async terminal(person, options = {}) {
      const line = await layLine(backend.url)
      const terminal = await startTerminal({ line, anonKey: backend.anonKey, started }, options)
      await terminal.signIn(person)
      await terminal.reaches(options.feed === 'polling' ? 'degraded' : 'live')
      return terminal
    },
    async goHome() {
      const all = terminals.splice(0)
      for (const terminal of all) await terminal.stop()
      for (const { directory, line } of all) {
        await line.close()
        removeFolder(directory)
      }
    },
    async close() {
      await premises.goHome()
      await backend.stop()
    },
  }
  return premises
}

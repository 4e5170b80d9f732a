import { expect } from 'vitest'
import type { ErrorCode } from '#shared/protocol/reply.ts'
import type { ListRow, Summary, ViewSpec, ViewValue } from '#shared/protocol/views.ts'
import { mirrorPath } from '#engine/mirror/sqlite-mirror.ts'
import { startConsole } from '#test/harness/console.ts'
import type { TestConsole } from '#test/harness/console.ts'
import { compareMirror } from '../../../scripts/lib/compare-mirror.ts'
import type { Comparison } from '../../../scripts/lib/compare-mirror.ts'
import type { Line } from './line.ts'
import type { Person, Warehouse } from './premises.ts'
import { soon } from './soon.ts'

/** A console on a line of its own, asked the way its window would ask. */
export interface Terminal extends TestConsole {
  line: Line
  /**
   * @param taken runs in the moment the server has taken the password, before anything else came over the line
   * @returns null when it was taken and the window says so, else why not
   */
  signIn(person: Person, taken?: () => void): Promise<ErrorCode | null>
  signOut(): Promise<void>
  /** Codes of the warehouses it offers. */
  warehouses(): Promise<string[]>
  summary(warehouse: Warehouse): Promise<Summary>
  /** Pieces on hand by SKU. */
  stock(warehouse: Warehouse): Promise<Record<string, number>>
  orders(warehouse: Warehouse): Promise<string[]>
  diagnostics(): Promise<ViewValue<'diagnostics'>>
  /** Every row of the mirror against what the server lets this person read. */
  compare(person: Person): Promise<Comparison>
  /** No row is more, less or different, now: what a terminal that has just become live owes [L3] [M3]. */
  equals(person: Person): Promise<void>
  /** The same, soon: news are on their way to a live terminal. */
  agreesWith(person: Person): Promise<void>
  /** Waits until it has compared every scope with the server by itself, as it stands now, and found it equal [M3]. */
  provesItself(): Promise<void>
  /** The cable is out, and the terminal has noticed. */
  loseLine(): Promise<void>
  /** Somebody presses "Try now". */
  click(): Promise<void>
  /** Somebody clicked, the terminal has tried, and whatever stands in the way did not help it. */
  hasAskedInVain(): Promise<void>
  /** The line is whole again, and somebody who knows clicks; waits until it is live. @returns how long that took, in ms */
  comeBack(): Promise<number>
  /** Switched off and on again, with its folder and its line, until it knows whose it is. Nobody signs in. */
  restart(options?: TerminalOptions): Promise<Terminal>
}

export type TerminalOptions = Omit<Parameters<typeof startConsole>[0], 'server'>

/** What a terminal needs of the place it stands in. */
export interface Socket {
  line: Line
  anonKey: string
  /** Told of each start, so that whoever opened the place can end it. */
  started: (terminal: Terminal) => void
}

export async function startTerminal(socket: Socket, options: TerminalOptions = {}): Promise<Terminal> {
  const { line, anonKey } = socket
  const console = await startConsole({ ...options, server: { url: line.url, anonKey, embedded: true } })
  const { engine, window } = console
  let views = 0

  async function ask(view: ViewSpec): Promise<unknown> {
    const viewId = `story-${++views}` as never
    const reply = await engine.ask(window, 'view.open', { viewId, view })
    await engine.ask(window, 'view.close', { viewId })
    if (!reply.ok) throw new Error(`The view ${view.name} did not open: ${reply.error.message}`)
    const { result } = reply.value
    return result.kind === 'value' ? result.value : result.rows
  }

  const compare = (person: Person): Promise<Comparison> =>
    compareMirror(mirrorPath(console.directory, line.url, person.id), person.server)

  const equals = async (person: Person): Promise<void> =>
    expect((await compare(person)).differences).toEqual([])

  const failures = (): number => console.log.filter(({ event }) => event === 'link.failed').length
  const click = async (): Promise<void> => {
    await engine.ask(window, 'link.retry', {})
  }

  const terminal: Terminal = {
    ...console,
    line,
    async signIn(person, taken = () => undefined) {
      const { id, email, password } = person
      const reply = await engine.ask(window, 'session.sign-in', { email, password })
      if (!reply.ok) return reply.error.code
      taken()
      await soon(() => expect(console.status().user).toMatchObject({ id }))
      return null
    },
    async signOut() {
      await engine.ask(window, 'session.sign-out', {})
      await console.reaches('signed-out')
    },
    async warehouses() {
      const choices = (await ask({ name: 'warehouses', params: {} })) as ViewValue<'warehouses'>
      return choices.map(({ code }) => code).sort()
    },
    summary: async ({ id }) => (await ask({ name: 'summary', params: { warehouseId: id } })) as Summary,
    async stock({ id }) {
      const params = {
        search: '',
        filter: 'all',
        sort: 'sku',
        direction: 'asc',
        offset: 0,
        limit: 500,
      } as const
      const rows = await ask({ name: 'stock.list', params: { ...params, warehouseId: id } })
      return Object.fromEntries((rows as ListRow<'stock.list'>[]).map(({ sku, onHand }) => [sku, onHand]))
    },
    async orders({ id }) {
      const rows = await ask({
        name: 'orders.list',
        params: { warehouseId: id, status: null, offset: 0, limit: 500 },
      })
      return (rows as ListRow<'orders.list'>[]).map(({ number }) => number).sort()
    },
    diagnostics: async () => (await ask({ name: 'diagnostics', params: {} })) as ViewValue<'diagnostics'>,
    compare,
    equals,
    agreesWith: (person) => soon(() => equals(person)),
    provesItself: () =>
      soon(async () => {
        const { scopes } = await terminal.diagnostics()
        expect(scopes).not.toEqual([])
        for (const { cursor, proof } of scopes)
          expect(proof).toMatchObject({ outcome: 'equal', head: cursor })
      }, 60_000),
    async loseLine() {
      line.cut()
      engine.signal({ kind: 'network-down' })
      await console.reaches('waiting')
    },
    click,
    async hasAskedInVain() {
      const before = failures()
      await click()
      await soon(() => expect(failures()).toBeGreaterThan(before))
      await console.reaches('waiting')
    },
    async comeBack() {
      line.mend()
      await click()
      return console.reaches('live')
    },
    async restart(more = {}) {
      await console.stop()
      const { directory, secrets } = console
      const next = await startTerminal(socket, { ...options, directory, secrets, ...more })
      await soon(() => {
        const { user, link } = next.status()
        expect(user !== null || link.at === 'signed-out').toBe(true)
      })
      return next
    },
  }
  socket.started(terminal)
  return terminal
}

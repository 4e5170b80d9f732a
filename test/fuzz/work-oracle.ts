import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import { warehouseScope } from '#shared/domain/scope.ts'
import type { StockRow } from '#shared/protocol/views.ts'
import type { WorkItem, WorkState } from '#shared/protocol/work.ts'
import type { HeldRow } from '#test/harness/site/mirror-file.ts'
import type { Note } from '#test/harness/site/hands.ts'
import type { SiteConsole } from '#test/harness/site/site-console.ts'
import type { Site } from '#test/harness/site.ts'
import type { Booked, Booking } from '#test/harness/site/books.ts'
import type { ProblemKind } from './problems.ts'

/*
 * Holds every figure on a screen against the rows of the mirror's file and the notes of whoever works there: each command is in
 * it once, as long as the rows do not show it, and not at all afterwards. When the rows show it is known from the server: its
 * outcome names the head.
 */

const ended: readonly WorkState[] = ['refused', 'discarded', 'amended', 'taken-back']
const done: readonly WorkState[] = ['applied', 'settled']

export class WorkOracle {
  private readonly site: Site
  private readonly report: (kind: ProblemKind, words: string) => void
  /** Commands that the server was told not to take: they may lie on the desk without its word. */
  private readonly poisoned = new Set<string>()
  private readonly states = new Map<string, WorkState>()

  constructor(site: Site, report: (kind: ProblemKind, words: string) => void) {
    this.site = site
    this.report = report
    site.onStock = (console, rows) => this.holdPicture(console, rows)
  }

  notePoisoned(id: string): void {
    this.poisoned.add(id)
  }

  /** Looks at everything that a console says of its work now. */
  async step(): Promise<void> {
    for (const words of this.site.facts.contradictions) this.report('wrong work', words)
    for (const console of this.site.consoles()) {
      const list = console.isRunning() ? await console.hands.list() : null
      if (!list) continue
      console.hands.compare(list)
      this.holdList(console, list)
      const shown = await console.screen.asksAnew('stock')
      if (shown?.kind === 'list') this.holdFigures(console, shown.rows as StockRow[], 'says')
    }
  }

  /** At rest nobody's work is on its way, whoever is signed in; what was receipted is done, or on a desk. */
  holdAtRest(ledger: ReadonlyMap<string, Booked>, movements: ReadonlyMap<string, readonly Booking[]>): void {
    this.holdMovements(ledger, movements)
    for (const console of this.site.consoles()) {
      for (const note of console.hands.notes.values()) {
        if (note.heard !== 'receipted' && note.heard !== 'found') continue
        const state = this.states.get(note.id)
        if (ledger.has(note.id) || this.site.facts.unmade.has(note.id)) continue
        if (state && ended.includes(state)) continue
        this.report('wrong work', `${label(console, note)} is nowhere at the server, and ${state} here`)
      }
    }
    const noted = new Set(
      this.site.consoles().flatMap(({ hands }) => [...(hands.notes.keys() as Iterable<string>)]),
    )
    for (const id of ledger.keys()) {
      if (!noted.has(id)) this.report('wrong work', `${id} is in the ledger, asked for by nobody`)
    }
  }

  /** What was booked for a command is what was asked, once. A count books what it finds. */
  private holdMovements(
    ledger: ReadonlyMap<string, Booked>,
    movements: ReadonlyMap<string, readonly Booking[]>,
  ): void {
    for (const console of this.site.consoles()) {
      for (const note of console.hands.notes.values()) {
        if (ledger.get(note.id)?.outcome.outcome !== 'applied' || note.command.kind === 'count') continue
        const { command } = note
        const undone = command.kind === 'undo' ? (movements.get(command.undoes) ?? []) : []
        const asked =
          command.kind === 'undo'
            ? undone.map(({ place, pieces }) => ({ place, pieces: -pieces }))
            : note.moves.map(({ warehouse, product, bin, pieces }) => ({
                place: `${warehouse} ${product} ${bin}`,
                pieces,
              }))
        const [is, should] = [textOf(movements.get(note.id) ?? []), textOf(asked)]
        if (is !== should)
          this.report('wrong work', `${label(console, note)} booked ${is}, asked for ${should}`)
      }
    }
  }

  private holdList(console: SiteConsole, list: readonly WorkItem[]): void {
    const { facts } = this.site
    const listed = new Map(list.map((item) => [item.id as string, item]))
    const user = console.user()?.id
    for (const note of console.hands.notes.values()) {
      if (note.user !== user) continue
      const state = listed.get(note.id)?.state
      const outcome = facts.decision(note.id)?.outcome.outcome
      const wrong = (words: string): void => this.report('wrong work', `${label(console, note)} ${words}`)
      if (state) this.states.set(note.id, state)
      if (note.heard === 'objected' && state) wrong('was objected to, and is kept')
      if ((note.heard === 'objected' || note.heard === 'withdrawn') && outcome === 'applied')
        wrong(`was ${note.heard}, and done`)
      if (note.heard !== 'receipted' && note.heard !== 'found') continue
      // What the rows show may be forgotten here.
      if (!state && outcome !== 'applied' && !facts.unmade.has(note.id)) wrong('is gone')
      if (state && ended.includes(state) && outcome === 'applied') wrong(`was done, and is ${state}`)
      if (
        state === 'refused' &&
        outcome !== 'refused' &&
        !this.poisoned.has(note.id) &&
        !facts.unmade.has(note.id)
      )
        wrong('is refused, and the server has not said so')
      if (state && done.includes(state) && outcome !== 'applied' && !facts.unmade.has(note.id))
        wrong(`is ${state}, and the server has not done it`)
    }
  }

  /** A picture may be drawn while things happen: whatever is not decided for this moment may be in it or not. */
  private holdPicture(console: SiteConsole, rows: readonly StockRow[]): void {
    const status = console.status()
    if (!console.isRunning() || status.user?.id !== console.user()?.id) return
    this.holdFigures(console, rows, 'shows')
  }

  private holdFigures(console: SiteConsole, rows: readonly StockRow[], how: 'says' | 'shows'): void {
    const warehouse = console.shown()
    const file = console.mirrorFile()
    const cursor = file?.scopes().find(({ scope }) => warehouse && scope === warehouseScope(warehouse))
    if (!warehouse || !file || !cursor) return
    const held = onHandOf(file.rows(), warehouse)
    for (const row of rows) {
      const { sure, maybe } = this.unseen(console, warehouse, row.id)
      const least = (held.get(row.id) ?? 0) + sure
      if (isSumOf(row.onHand - least, maybe)) continue
      const notes = [...console.hands.notes.values()].filter(({ moves }) =>
        moves.some(({ product }) => product === row.id),
      )
      const tell = notes
        .slice(-6)
        .map(
          (note) =>
            `${note.command.kind} ${note.heard} ${this.states.get(note.id)} ` +
            `${note.moves.map(({ bin, pieces }) => `${bin} ${pieces}`).join(' ')} ${JSON.stringify(this.site.facts.decision(note.id)?.outcome)}`,
        )
      this.report(
        'wrong figure',
        `console ${console.no} ${how} ${row.onHand} of ${row.sku}: the rows at ${cursor.seq} have ${held.get(row.id) ?? 0}, ` +
          `its work ${sure}${maybe.length > 0 ? ` and perhaps ${maybe.join(', ')}` : ''}\n    ${tell.join('\n    ')}`,
      )
    }
  }

  /** What this console's work adds to a product's figure beyond the rows. */
  private unseen(
    console: SiteConsole,
    warehouse: WarehouseId,
    product: ProductId,
  ): { sure: number; maybe: number[] } {
    let sure = 0
    const maybe: number[] = []
    const user = console.user()?.id
    for (const note of console.hands.notes.values()) {
      if (note.user !== user) continue
      const pieces = note.moves
        .filter((move) => move.warehouse === warehouse && move.product === product)
        .reduce((sum, move) => sum + move.pieces, 0)
      if (pieces === 0) continue
      const part = this.partOf(console, note, warehouse)
      if (part === 'once') sure += pieces
      else if (part === 'perhaps') maybe.push(pieces)
    }
    return { sure, maybe }
  }

  private partOf(console: SiteConsole, note: Note, warehouse: WarehouseId): 'once' | 'not' | 'perhaps' {
    const { facts } = this.site
    if (note.heard === 'objected' || note.heard === 'gone' || note.heard === 'withdrawn') return 'not'
    if (note.heard === 'asked' || facts.unmade.has(note.id)) return 'perhaps'
    const decided = facts.decision(note.id)
    const state = this.states.get(note.id)
    if (state && ended.includes(state)) return 'not'
    if (!decided) return this.poisoned.has(note.id) || this.isBeingUndone(console, note) ? 'perhaps' : 'once'
    // Between the server's no and the moment at which it is known here.
    if (decided.outcome.outcome === 'refused' || decided.wasLate) return 'perhaps'
    const scope = warehouseScope(warehouse)
    const head = [decided.outcome, ...(decided.outcome.also ?? [])].find((each) => each.scope === scope)
    const cursor = console
      .mirrorFile()
      ?.scopes()
      .find((each) => each.scope === scope)
    if (!head || !cursor) return 'perhaps'
    return cursor.seq >= head.seq ? 'not' : 'once'
  }

  /** Somebody asked to take it back, and has not heard whether it was sent. */
  private isBeingUndone(console: SiteConsole, { id }: Note): boolean {
    return [...console.hands.notes.values()].some(
      ({ command, heard }) => command.kind === 'undo' && command.undoes === id && heard === 'asked',
    )
  }
}

const textOf = (bookings: readonly Booking[]): string =>
  bookings
    .map(({ place, pieces }) => `${pieces} in ${place}`)
    .sort()
    .join(', ')

const label = (console: SiteConsole, { command, id }: Note): string =>
  `console ${console.no}: ${command.kind} ${id.slice(0, 8)}`

function onHandOf(rows: readonly HeldRow[], warehouse: WarehouseId): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { table, row } of rows) {
    if (table !== 'inventory' || row['warehouse_id'] !== warehouse) continue
    const product = String(row['product_id'])
    sums.set(product, (sums.get(product) ?? 0) + Number(row['quantity_on_hand']))
  }
  return sums
}

/** Whether some of these make it up. */
function isSumOf(wanted: number, parts: readonly number[]): boolean {
  let sums = new Set([0])
  for (const part of parts) sums = new Set([...sums, ...[...sums].map((sum) => sum + part)])
  return sums.has(wanted)
}

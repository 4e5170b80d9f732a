import type {
  LedgerFilter,
  LedgerKind,
  LedgerMovement,
  StoryMovement,
  UnsettledMovement,
} from '#shared/protocol/ledger.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { MutationId, ProductId } from '#shared/domain/ids.ts'

/** One line of the ledger as a table shows it: told by the server, or this station's own that the server may not know yet. */
export interface LedgerRow {
  readonly id: string
  /** `opening`: what was there before the ledger began. */
  readonly from: 'told' | 'unsent' | 'sent' | 'opening'
  readonly kind: LedgerKind | 'undo' | null
  readonly productId: ProductId | null
  readonly product: LedgerMovement['product']
  readonly bin: string
  readonly quantity: number
  readonly happenedAt: Millis | null
  readonly receivedAt: Millis | null
  readonly offlineMs: number | null
  readonly person: string | null
  readonly station: string | null
  /** The order it was for, or its reference. */
  readonly document: string | null
  readonly reason: string | null
  /** What was there after it, in a story. */
  readonly balance: number | null
}

/** Who works here now: whatever is not sent is theirs. */
export interface Here {
  readonly person: string | null
  readonly station: string | null
}

const toldRow = (movement: LedgerMovement, balance: number | null): LedgerRow => ({
  ...movement,
  from: 'told',
  document: movement.order?.number ?? movement.reference,
  balance,
})

const ownRow = (own: UnsettledMovement, balance: number | null, here: Here): LedgerRow => ({
  ...own,
  ...here,
  productId: own.product.id,
  from: own.at,
  receivedAt: null,
  offlineMs: null,
  document: own.order?.number ?? own.reference,
  reason: null,
  balance,
})

/** What the server has told already is not shown a second time as our own. */
function notTold(
  own: readonly UnsettledMovement[],
  told: readonly { readonly mutationId: MutationId | null }[],
): UnsettledMovement[] {
  const known = new Set(told.map(({ mutationId }) => mutationId))
  return own.filter(({ mutationId }) => !known.has(mutationId))
}

/** A page of the ledger, with what was not sent above it. */
export function ledgerRows(
  told: readonly LedgerMovement[],
  own: readonly UnsettledMovement[],
  filter: LedgerFilter,
  here: Here,
): LedgerRow[] {
  const mine = notTold(own, told).filter((row) => fits(row, filter))
  return [...mine.map((row) => ownRow(row, null, here)), ...told.map((row) => toldRow(row, null))]
}

/** Whose it is, and from where, is left to whoever filters: all of it is of this person and this station. */
const fits = (row: UnsettledMovement, { productId, bin, kind, document, from, to }: LedgerFilter): boolean =>
  (productId === undefined || row.product.id === productId) &&
  (bin === undefined || row.bin === bin) &&
  (kind === undefined || row.kind === kind) &&
  (document === undefined || row.order?.number === document || row.reference === document) &&
  from === undefined &&
  to === undefined

/** How a figure adds up: `here` is what this station shows. */
export interface Sum {
  readonly onServer: number
  readonly unsent: number
  readonly here: number
}

export interface Story {
  readonly rows: readonly LedgerRow[]
  /** Null while the server has told nothing: then only what is unsent is known. */
  readonly sum: Sum | null
}

/**
 * What made a figure, newest first: what was not sent on top, each with the balance after it, down to what was there before the
 * ledger began.
 * @param told null while the server has not answered
 */
export function storyOf(
  told: { onHand: number; movements: readonly StoryMovement[]; next: unknown } | null,
  own: readonly UnsettledMovement[],
  bin: string | null,
  here: Here,
): Story {
  const inBin = own.filter((row) => bin === null || row.bin === bin)
  if (!told) return { rows: inBin.map((row) => ownRow(row, null, here)), sum: null }
  const mine = notTold(inBin, told.movements)
  const unsent = mine.reduce((sum, { quantity }) => sum + quantity, 0)
  let balance = told.onHand + unsent
  const ownRows = mine.map((row) => {
    const after = balance
    balance -= row.quantity
    return ownRow(row, after, here)
  })
  const oldest = told.movements.at(-1)
  const opening = oldest ? oldest.balance - oldest.quantity : told.onHand
  return {
    rows: [
      ...ownRows,
      ...told.movements.map((row) => toldRow(row, row.balance)),
      ...(told.next === null ? [openingRow(opening)] : []),
    ],
    sum: { onServer: told.onHand, unsent, here: told.onHand + unsent },
  }
}

const openingRow = (balance: number): LedgerRow => ({
  id: 'opening',
  from: 'opening',
  kind: null,
  productId: null,
  product: null,
  bin: '',
  quantity: 0,
  happenedAt: null,
  receivedAt: null,
  offlineMs: null,
  person: null,
  station: null,
  document: null,
  reason: null,
  balance,
})

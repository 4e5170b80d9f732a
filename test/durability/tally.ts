import type { MutationId, ProductId } from '#shared/domain/ids.ts'
import type { WorkItem, WorkState } from '#shared/protocol/work.ts'
import type { Booked } from '#test/harness/site/books.ts'
import { movesOf } from '#test/harness/site/moves.ts'
import type { Read } from './receipts.ts'

/** Everything that is held against each other at the end. */
export interface Evidence {
  /** The person's own paper. */
  paper: Read
  /** What the console says of its work. */
  items: readonly WorkItem[]
  /** On hand by product: the console's window, and the server's tables. */
  shown: Record<ProductId, number>
  stock: Record<ProductId, number>
  ledger: ReadonlyMap<string, Booked>
  movements: ReadonlyMap<string, readonly { place: string; pieces: number }[]>
  /** How the server's tables contradict each other, in words. */
  contradictions: readonly string[]
  kills: number
}

export interface Tally {
  asked: number
  receipted: number
  /** Of the receipted. */
  applied: number
  inOutbox: number
  refused: number
  takenBack: number
  lost: MutationId[]
  /** On disk and done, though nobody heard a receipt: killed between disk and answer. */
  withoutReceipt: number
  appliedTwice: string[]
  /** Whatever else is not as it should be, in words. */
  wrong: string[]
}

const unsent: readonly WorkState[] = ['queued', 'sending']

export function tallyOf(evidence: Evidence): Tally {
  const { paper, ledger, items, kills } = evidence
  const tally: Tally = {
    asked: paper.asked.size,
    receipted: paper.receipted.size,
    ...{ applied: 0, inOutbox: 0, refused: 0, takenBack: 0, withoutReceipt: 0 },
    ...{ lost: [], appliedTwice: [], wrong: [...evidence.contradictions] },
  }
  const states = new Map(items.map(({ id, state }) => [id, state]))
  for (const id of paper.receipted) countOne(tally, id, evidence, states.get(id))

  for (const { id } of items) if (!paper.asked.has(id)) tally.wrong.push(`${id} was asked for by nobody`)
  for (const id of ledger.keys() as Iterable<MutationId>) {
    if (!paper.asked.has(id)) tally.wrong.push(`${id} is in the ledger, asked for by nobody`)
    else if (paper.objected.has(id)) tally.wrong.push(`${id} was objected to, and sent`)
    else if (!paper.receipted.has(id)) tally.withoutReceipt += 1
  }
  if (tally.withoutReceipt > kills)
    tally.wrong.push(`${tally.withoutReceipt} without a receipt, of ${kills} kills`)
  tally.appliedTwice.push(...bookedWrongly(evidence))
  for (const [id, pieces] of Object.entries(evidence.stock) as [ProductId, number][]) {
    const shown = evidence.shown[id] ?? 0
    if (shown !== pieces) tally.wrong.push(`the window shows ${shown} of ${id}, the server has ${pieces}`)
  }
  return tally
}

/** Each receipt ends in exactly one place. */
function countOne(tally: Tally, id: MutationId, evidence: Evidence, state: WorkState | undefined): void {
  const outcome = evidence.ledger.get(id)?.outcome.outcome
  const isTakenBack =
    evidence.paper.takenBack.has(id) ||
    state === 'taken-back' ||
    (state === undefined && outcome === undefined && mayBeTakenBack(id, evidence.paper))
  if (outcome === 'applied') {
    tally.applied += 1
    // What the rows show may be forgotten here: a journal that was written anew has only what is not over.
    const isOver = state === undefined || state === 'settled' || state === 'applied'
    if (!isOver) tally.wrong.push(`${id} was applied, and is ${state} here`)
    if (isTakenBack) tally.wrong.push(`${id} was taken back, and sent`)
  } else if (state === 'refused') {
    tally.refused += 1
  } else if (outcome === 'refused') {
    tally.wrong.push(`${id} was refused, and is ${state} here`)
    tally.lost.push(id)
  } else if (isTakenBack) tally.takenBack += 1
  else if (state && unsent.includes(state)) tally.inOutbox += 1
  else tally.lost.push(id)
}

/** Somebody asked to take it back, and was killed before they heard: then it may be over, and forgotten. */
const mayBeTakenBack = (id: MutationId, { asked, receipted, takenBack, objected }: Read): boolean =>
  [...asked.values()].some(
    (command) =>
      command.kind === 'undo' &&
      command.undoes === id &&
      ![receipted, objected].some((heard) => heard.has(command.mutation_id)) &&
      !takenBack.has(id),
  )

/** What the server booked for a command, against what was asked. A count books what it finds: only how often. */
function bookedWrongly({ paper, ledger, movements }: Evidence): string[] {
  const wrong: string[] = []
  for (const [id, { outcome }] of ledger) {
    const command = paper.asked.get(id as MutationId)
    if (!command || outcome.outcome !== 'applied') continue
    const booked = movements.get(id) ?? []
    const expected =
      command.kind === 'undo'
        ? (movements.get(command.undoes) ?? []).map(({ place, pieces }) => ({ place, pieces: -pieces }))
        : movesOf(command).map(({ warehouse, product, bin, pieces }) => ({
            place: `${warehouse} ${product} ${bin}`,
            pieces,
          }))
    const isCount = command.kind === 'count'
    if (isCount ? booked.length !== 1 : textOf(booked) !== textOf(expected)) {
      wrong.push(`${command.kind} ${id}: booked ${textOf(booked)}, asked for ${textOf(expected)}`)
    }
  }
  return wrong
}

const textOf = (moves: readonly { place: string; pieces: number }[]): string =>
  moves
    .map(({ place, pieces }) => `${pieces} in ${place}`)
    .sort()
    .join(', ')

export const isWhole = ({ lost, appliedTwice, wrong, inOutbox }: Tally): boolean =>
  lost.length + appliedTwice.length + wrong.length + inOutbox === 0

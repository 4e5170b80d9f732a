import type { CommandOutcome } from '#shared/domain/commands.ts'
import type { MutationId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { DrawnCommand, Fates } from '../mirror/mirror.ts'
import type { Heads, OwnRows } from '../sync/link-work.ts'
import type { Entry } from './outbox.ts'

type Applied = Extract<CommandOutcome, { outcome: 'applied' }>

/** The heads that contain a command. */
const headsOf = ({ scope, seq, also = [] }: Applied): DrawnCommand['settles'] =>
  [{ scope, seq }, ...also].map((head) => ({ scope: head.scope as Scope, seq: head.seq }))

/** How an entry that is not settled is drawn. */
export function drawnOf({ id, effects, outcome }: Pick<Entry, 'id' | 'effects' | 'outcome'>): DrawnCommand {
  if (outcome?.outcome !== 'applied') return { id, effects, at: 'station', settles: [] }
  return { id, effects, at: 'server', settles: headsOf(outcome) }
}

/** The newest heads in which these outcomes show. */
export function newestHeads(outcomes: readonly CommandOutcome[]): Heads {
  const heads = new Map<Scope, number>()
  for (const outcome of outcomes) {
    if (outcome.outcome !== 'applied') continue
    for (const { scope, seq } of headsOf(outcome)) heads.set(scope, Math.max(seq, heads.get(scope) ?? 0))
  }
  return heads
}

/** Where the rows of an entry are whose effect is drawn until they have come. */
export function ownRowsOf({ outcome }: Pick<Entry, 'outcome'>): OwnRows[] {
  if (outcome?.outcome !== 'applied') return []
  const { scope, seq, since, also = [] } = outcome
  return [{ scope, seq, since }, ...also].flatMap((head) =>
    head.since === undefined ? [] : [{ scope: head.scope as Scope, after: head.since, to: head.seq }],
  )
}

/** A number that no cursor has reached: it comes when its scope begins anew. */
const NOT_YET = Number.MAX_SAFE_INTEGER

/** What has become of commands and is not drawn yet. It is owed until it is drawn, whatever the disk says meanwhile. */
export interface OwedFates {
  /** @param begunAnew scopes of whose new history these outcomes are: our cursors there do not compare with their numbers */
  owe(
    entries: readonly Pick<Entry, 'id' | 'effects'>[],
    outcomes: readonly CommandOutcome[],
    begunAnew: ReadonlySet<Scope>,
  ): void
  all(): Fates | undefined
  paid(): void
}

export function createOwedFates(): OwedFates {
  const drawn = new Map<MutationId, DrawnCommand>()
  const erased = new Set<MutationId>()
  return {
    owe(entries, outcomes, begunAnew) {
      const waiting = (command: DrawnCommand): DrawnCommand => ({
        ...command,
        settles: command.settles.map((head) =>
          begunAnew.has(head.scope) ? { ...head, seq: NOT_YET } : head,
        ),
      })
      const outcomeOf = new Map<string, CommandOutcome>(outcomes.map((told) => [told.mutation_id, told]))
      for (const entry of entries) {
        const outcome = outcomeOf.get(entry.id)
        if (outcome?.outcome === 'applied') drawn.set(entry.id, waiting(drawnOf({ ...entry, outcome })))
        else if (outcome) erased.add(entry.id)
      }
    },
    all: () =>
      drawn.size + erased.size > 0 ? { drawn: [...drawn.values()], erased: [...erased] } : undefined,
    paid() {
      drawn.clear()
      erased.clear()
    },
  }
}

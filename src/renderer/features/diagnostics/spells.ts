import type { LinkMove } from '#shared/protocol/diagnostics.ts'
import type { Millis } from '#shared/lib/time.ts'

/** What a person tells apart in the connection's past. `off`: closed, signed out, or not known. */
export const spellKinds = ['live', 'degraded', 'catching-up', 'offline', 'off'] as const
export type SpellKind = (typeof spellKinds)[number]

/** A time during which the connection was one thing, whatever the link did within it. */
export interface Spell {
  readonly kind: SpellKind
  readonly from: Millis
  /** Null while it lasts. */
  readonly to: Millis | null
  /** What began it: a reason by kind where there is one, else the event. */
  readonly cause: string
  /** Connections tried within it. */
  readonly tries: number
}

type State = LinkMove['to']

/** A link that tries is without a connection: that it may have one soon makes no figure newer [L3]. */
function kindOf(state: State): SpellKind {
  switch (state) {
    case 'live':
    case 'degraded':
    case 'catching-up':
      return state
    case 'connecting':
    case 'waiting':
    case 'offline':
    case 'incompatible':
      return 'offline'
    case 'signed-out':
    case 'stopped':
      return 'off'
  }
}

/** Why a spell began where nobody could write it down. */
export const KILLED = 'killed'

/**
 * The connection's past as spells.
 * @param history moves of the link, newest first
 * @returns newest first
 */
export function spellsOf(history: readonly LinkMove[]): Spell[] {
  const spells: Spell[] = []
  let state: State | null = null
  for (const move of history.toReversed()) {
    const isGap = state !== null && state !== move.from
    state = move.to
    const open = spells.pop()
    const kind = kindOf(move.to)
    const tries = move.to === 'connecting' ? 1 : 0
    if (open && !isGap && open.kind === kind) {
      spells.push({ ...open, tries: open.tries + tries, cause: telling(open.cause, move) })
      continue
    }
    if (open) spells.push(ended(open, move.at, isGap))
    spells.push({ kind, from: move.at, to: null, cause: causeOf(move), tries })
  }
  return spells.reverse()
}

/** A link that starts afresh after anything but an end was killed, nobody knows when: what it was by then is not claimed. */
const ended = (spell: Spell, at: Millis, isGap: boolean): Spell =>
  isGap && spell.kind !== 'off' ? { ...spell, kind: 'off', cause: KILLED, to: at } : { ...spell, to: at }

const causeOf = ({ because, by }: LinkMove): string => because ?? by

/**
 * A spell without a connection is explained by the first question that failed in it, or else by the feed that broke: not by
 * the start or the wake-up that led to it.
 */
const telling = (cause: string, { because }: LinkMove): string =>
  because !== null && weight(because) > weight(cause) ? because : cause

const weight = (cause: string): number =>
  cause.startsWith('request: ') ? 2 : cause.startsWith('feed: ') ? 1 : 0

/** A spell as it falls into a stretch of time. */
export interface Stretch {
  readonly kind: SpellKind
  readonly from: Millis
  readonly to: Millis
}

/**
 * The stretch of time from `from` to `now`, without a hole: what is before the first spell is `off`.
 * @param spells newest first
 * @returns oldest first
 */
export function stretchesOf(spells: readonly Spell[], from: Millis, now: Millis): Stretch[] {
  const stretches: Stretch[] = []
  const first = spells.at(-1)
  if (!first || first.from > from) stretches.push({ kind: 'off', from, to: first?.from ?? now })
  for (const spell of spells.toReversed()) {
    const stretch = { kind: spell.kind, from: Math.max(from, spell.from), to: Math.min(now, spell.to ?? now) }
    if (stretch.to > stretch.from) stretches.push(stretch)
  }
  return stretches
}

/** How long it was each kind, longest first; what it never was is left out. */
export function totalsOf(stretches: readonly Stretch[]): { kind: SpellKind; ms: number }[] {
  return spellKinds
    .map((kind) => ({
      kind,
      ms: stretches.reduce((sum, { kind: of, from, to }) => sum + (of === kind ? to - from : 0), 0),
    }))
    .filter(({ ms }) => ms > 0)
    .sort((a, b) => b.ms - a.ms)
}

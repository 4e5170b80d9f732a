import { parseTimestamp } from '#shared/lib/time.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { MutationId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { isMirroredByDefault } from '#shared/domain/scope.ts'
import type { Cursor, PullAnswer, ScopePage } from '#shared/protocol/server.ts'
import { SCHEMA_VERSION } from '#shared/protocol/server.ts'
import type { Changeset, Mirror } from '../mirror/mirror.ts'
import type { Failure, Outcome, Upstream } from '../upstream/upstream.ts'
import { cutAtOwnRows } from './cut-page.ts'
import { LARGE_PAGE } from './intake.ts'
import type { Intake } from './intake.ts'
import type { LinkWork } from './link-work.ts'

/** Changes in one page, over all scopes. Large enough to be quick, small enough that reads get their turn between pages. */
export const PAGE_LIMIT = 5_000

/**
 * While somebody works here: reading a page of the other size would keep them waiting longer than the work takes. Still large enough to
 * be written a little at a time.
 */
const PAGE_LIMIT_WHILE_WORKED_AT = LARGE_PAGE + 100

/** A server that keeps sending pages which do not continue our cursor is not asked for ever in one go. */
const FRUITLESS_PAGES = 3

export type PullResult =
  | {
      kind: 'complete'
      /** Server time of the answer after which nothing waited: the mirror is complete up to it. */
      serverTime: Millis
      /** Changes that the mirror took, over all scopes. */
      brought: number
      /** Scopes that moved, with their new cursor. */
      moved: ReadonlyMap<Scope, number>
      granted: readonly Scope[]
    }
  | { kind: 'failed'; failure: Failure }
  | { kind: 'incompatible'; because: 'server-newer' | 'server-older' }
  /** Our epoch ended while we pulled: the result is nobody's business any more [L1]. */
  | { kind: 'void' }

export interface PullPorts {
  upstream: Pick<Upstream, 'pull'>
  mirror: Mirror
  intake: Intake
  work: Pick<LinkWork, 'turns' | 'unsure' | 'learned' | 'ownRows' | 'drawOwed' | 'isWorkedAt'>
  /** A question is about to be asked: what it waited for, a push of this station's own, has ended. */
  asking: () => void
  changed: (changeset: Changeset) => void
  /** Told of each answer: the newest numbers of the scopes it has pages of. */
  headsSeen: (heads: ReadonlyMap<Scope, number>, serverTime: Millis) => void
  /** Told when all that an answer brought is in the mirror. */
  written: () => void
  /** False once the connection that asked is gone. */
  isCurrent: () => boolean
  /** Aborted when the connection that asked goes: what it asked then holds nobody up. */
  abandoned: AbortSignal
  /** Told after each page while more waits. `done` and `total` count steps of the scopes' numbers. */
  progress: (done: number, total: number, first: boolean) => void
}

/** Checks that an answer is meant for this mirror and readable for this console, before anything of it is believed. */
export function judgeAnswer(
  answer: PullAnswer,
  mirror: Pick<Mirror, 'owner'>,
): Extract<PullResult, { kind: 'failed' | 'incompatible' }> | null {
  if (answer.uid !== mirror.owner()) {
    const detail = `The answer is for user ${answer.uid}, the mirror belongs to ${mirror.owner()}.`
    return { kind: 'failed', failure: { kind: 'signed-out', because: 'session-ended', detail } }
  }
  if (answer.min_client > SCHEMA_VERSION) return { kind: 'incompatible', because: 'server-newer' }
  if (answer.schema_version < SCHEMA_VERSION) return { kind: 'incompatible', because: 'server-older' }
  return null
}

/** What this user may read and we mirror. */
export const mirroredScopes = (granted: readonly Scope[]): Scope[] => granted.filter(isMirroredByDefault)

/** Scopes we hold but may not read any more. Only an answer for our own user may say so, never an empty page. */
export function withdrawnScopes(mirror: Mirror, granted: readonly Scope[]): Scope[] {
  const allowed = new Set<string>(granted)
  return mirror
    .cursors()
    .map((cursor) => cursor.scope)
    .filter((scope) => !allowed.has(scope))
}

/**
 * Pulls page after page until nothing more waits in any mirrored scope. The next page is asked for while the last one is
 * written, so that server and disk work side by side.
 *
 * Each question waits its turn with the pushes of this station, and carries the commands of which it is not known whether the server
 * has them. What the answer tells of these is on disk before any of its rows is shown, and drawn with the first of them.
 * @throws MirrorError or OutboxError when the disk refuses; every page before it is kept
 */
export async function pullUntilComplete(
  ports: PullPorts,
  knownScopes: readonly Scope[],
): Promise<PullResult> {
  try {
    return await pullPages(ports, knownScopes)
  } finally {
    // What was taken stays taken, whatever became of the rest.
    ports.intake.settle()
  }
}

async function pullPages(ports: PullPorts, knownScopes: readonly Scope[]): Promise<PullResult> {
  const { mirror, intake } = ports
  const tally = createTally(mirror)
  const ask = (cursors: readonly Cursor[]): Question => askFor(ports, cursors)
  const askFrom = (scopes: readonly Scope[]): Question => ask(scopes.map((scope) => mirror.cursor(scope)))
  let fruitless = 0
  let question = askFrom(knownScopes)

  for (;;) {
    const told = await question.answer
    if (told === null || !ports.isCurrent()) return { kind: 'void' }
    const { outcome, unsure } = told
    if (outcome.kind !== 'settled') return { kind: 'failed', failure: outcome }
    const answer = outcome.value
    const objection = judgeAnswer(answer, mirror)
    if (objection) return objection

    const begunAnew = new Set(answer.pages.filter((page) => page.must_refetch).map(({ scope }) => scope))
    ports.work.learned(unsure, answer.outcomes, begunAnew)
    const serverTime = parseTimestamp(answer.server_time)
    const wanted = mirroredScopes(answer.granted)
    const ownRows = ports.work.ownRows()
    // A page nobody asked for answers no cursor of ours; it could only make us drop what we have.
    const pages = answer.pages
      .filter(({ scope }) => question.asked.has(scope) && wanted.includes(scope))
      .map((page) => cutAtOwnRows(page, ownRows))
    ports.headsSeen(new Map(pages.map((page) => [page.scope, page.head])), serverTime)
    const withdrawn = withdrawnScopes(mirror, answer.granted)
    if (withdrawn.length > 0) {
      intake.settle()
      ports.changed(mirror.drop(withdrawn))
    }

    const more = waitsFor(pages, wanted)
    const ahead = more ? ask(cursorsAfter(answer, pages, wanted, mirror)) : null
    // With the first page of a new copy the age of the old one is gone: who is live is not any more, be it for one page [L3].
    if (pages.some((page) => page.must_refetch)) ports.progress(tally.done(), tally.total(), tally.first())
    const stepped = await takePages(pages, serverTime, ports, tally)
    if (stepped === 'void') return { kind: 'void' }
    ports.work.drawOwed()
    ports.written()
    if (!more && stepped !== 'gap') return tally.complete(serverTime, answer.granted)

    if (more) ports.progress(tally.done(), tally.total(), tally.first())
    fruitless = stepped === 'forward' ? 0 : fruitless + 1
    if (fruitless >= FRUITLESS_PAGES) return { kind: 'failed', failure: noProgress }
    // After a gap what was asked ahead starts from the wrong place; the mirror's own cursors are the truth.
    question = ahead !== null && stepped !== 'gap' ? ahead : askFrom(wanted)
  }
}

const noProgress: Failure = {
  kind: 'retry',
  afterMs: null,
  because: 'server-error',
  detail: 'The server sends pages that do not continue what we have.',
}

interface Question {
  asked: ReadonlySet<string>
  /** Null when nobody wanted to know any more by the time its turn came. */
  answer: Promise<{ outcome: Outcome<PullAnswer>; unsure: readonly MutationId[] } | null>
}

function askFor(
  { upstream, work, asking, isCurrent, abandoned }: PullPorts,
  cursors: readonly Cursor[],
): Question {
  const answer = work.turns.take(async () => {
    if (!isCurrent()) return null
    asking()
    // Only now: what was sent before our turn came may have been answered meanwhile, or not.
    const unsure = work.unsure()
    const limit = work.isWorkedAt() ? PAGE_LIMIT_WHILE_WORKED_AT : PAGE_LIMIT
    return { outcome: await upstream.pull(cursors, limit, unsure), unsure }
  }, abandoned)
  // Nobody may be waiting for it when it fails; the failure then shows at the next question.
  answer.catch(() => undefined)
  return { asked: new Set(cursors.map(({ scope }) => scope)), answer }
}

/** Whether anything is left to ask for: a page that does not reach its head, or a scope of which there is no page yet. */
const waitsFor = (pages: readonly ScopePage[], wanted: readonly Scope[]): boolean =>
  pages.some((page) => page.has_more || page.to < page.head) ||
  wanted.some((scope) => !pages.some((page) => page.scope === scope))

/** Where we stand once these pages are written. */
function cursorsAfter(
  answer: PullAnswer,
  pages: readonly ScopePage[],
  wanted: readonly Scope[],
  mirror: Mirror,
): Cursor[] {
  const reached = new Map(pages.map((page) => [page.scope, page]))
  return wanted.map((scope): Cursor => {
    const page = reached.get(scope)
    return page ? { scope, epoch: page.epoch, seq: page.to, as_of: answer.server_time } : mirror.cursor(scope)
  })
}

async function takePages(
  pages: readonly ScopePage[],
  serverTime: Millis,
  { intake, isCurrent }: Pick<PullPorts, 'intake' | 'isCurrent'>,
  tally: Tally,
): Promise<'forward' | 'still' | 'gap' | 'void'> {
  let moved = false
  let gap = false
  for (const page of pages) {
    tally.expect(page.scope, page.head)
    await intake.ready(page)
    if (!isCurrent()) return 'void'
    const taken = await intake.page(page, serverTime)
    if (!isCurrent()) return 'void'
    if (taken === 'applied') {
      // To start over is a step forward, but not again and again.
      moved ||= page.must_refetch ? tally.startedOver(page.scope) === 1 : page.to > page.from
      tally.took(page.scope, page.changes.length)
    }
    gap ||= taken === 'gap'
  }
  if (gap) return 'gap'
  return moved ? 'forward' : 'still'
}

interface Tally {
  expect(scope: Scope, head: number): void
  took(scope: Scope, changes: number): void
  /** Counts this start, and tells how many there were in this pull. */
  startedOver(scope: Scope): number
  done(): number
  total(): number
  first(): boolean
  complete(serverTime: Millis, granted: readonly Scope[]): PullResult
}

/** Counts how far this pull has come. */
function createTally(mirror: Mirror): Tally {
  const start = new Map(mirror.cursors().map((cursor) => [cursor.scope, cursor.seq]))
  const first = mirror.asOf() === null
  const heads = new Map<Scope, number>()
  const moved = new Map<Scope, number>()
  const starts = new Map<Scope, number>()
  let brought = 0

  const startOf = (scope: Scope): number => start.get(scope) ?? 0
  return {
    expect: (scope, head) => void heads.set(scope, head),
    took(scope, changes) {
      brought += changes
      const { seq } = mirror.cursor(scope)
      if (seq > startOf(scope) || changes > 0) moved.set(scope, seq)
      // Starting over: the count begins at 0 again.
      if (seq < startOf(scope)) start.set(scope, 0)
    },
    startedOver(scope) {
      const count = (starts.get(scope) ?? 0) + 1
      starts.set(scope, count)
      return count
    },
    done: () => sum(heads.keys(), (scope) => Math.max(0, mirror.cursor(scope).seq - startOf(scope))),
    total: () => sum(heads, ([scope, head]) => Math.max(0, head - startOf(scope))),
    first: () => first,
    complete: (serverTime, granted) => ({ kind: 'complete', serverTime, brought, moved, granted }),
  }
}

function sum<T>(items: Iterable<T>, valueOf: (item: T) => number): number {
  let total = 0
  for (const item of items) total += valueOf(item)
  return total
}

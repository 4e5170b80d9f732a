import { parseTimestamp, SECOND_MS } from '#shared/lib/time.ts'
import type { Cursor, Poke, ScopePage } from '#shared/protocol/server.ts'
import type { ApplyResult, Batch, BulkWrite, Changeset, Mirror } from '../mirror/mirror.ts'
import type { Clock, Log } from '../ports.ts'
import type { LinkWork } from './link-work.ts'

/*
 * The one door into the mirror. Pages and pokes overlap, arrive late and twice; each is cut to what continues our cursor,
 * or left alone. Nothing here moves a cursor over changes that were not seen [M1]. What has become of the station's own work goes
 * into the mirror with the first batch that follows, in its transaction: so its effects are shown once at any moment.
 */

export type Fit = { kind: 'fits'; batch: Batch } | { kind: 'known' } | { kind: 'gap' }

/**
 * Cuts a page to our cursor. A page is complete for (from, to], so its part after the cursor is complete as well:
 * a poke applied while the page was on its way costs nothing.
 */
export function fitPage(page: ScopePage, cursor: Cursor, serverTime: number): Fit {
  const batch = {
    scope: page.scope,
    epoch: page.epoch,
    to: page.to,
    changes: page.changes,
    startOver: page.must_refetch,
    serverTime,
  }
  // Dropping what we have is right only for a page that begins at the beginning.
  if (page.must_refetch)
    return page.from === 0 ? { kind: 'fits', batch: { ...batch, from: 0 } } : { kind: 'gap' }
  if (cursor.epoch !== null && cursor.epoch !== page.epoch) return { kind: 'gap' }
  if (page.from > cursor.seq) return { kind: 'gap' }
  if (page.to < cursor.seq) return { kind: 'known' }
  if (page.to === cursor.seq && cursor.epoch !== null) return { kind: 'known' }
  if (page.from === cursor.seq) return { kind: 'fits', batch: { ...batch, from: page.from } }
  const changes = page.changes.filter((change) => change.seq > cursor.seq)
  return { kind: 'fits', batch: { ...batch, from: cursor.seq, changes } }
}

/** A poke is applied in place only if it carries its changes and starts exactly where our cursor stands. */
export function fitPoke(poke: Poke, cursor: Cursor): Fit {
  if (poke.epoch !== cursor.epoch) return { kind: 'gap' }
  if (poke.to <= cursor.seq) return { kind: 'known' }
  if (poke.from !== cursor.seq + 1 || poke.changes === undefined) return { kind: 'gap' }
  return {
    kind: 'fits',
    batch: {
      scope: poke.scope,
      epoch: poke.epoch,
      from: cursor.seq,
      to: poke.to,
      startOver: false,
      changes: poke.changes,
      serverTime: parseTimestamp(poke.at),
    },
  }
}

type Taken = 'applied' | 'known' | 'gap'

export interface Intake {
  /** When a page may be written: a large one makes the log longer, so the log of the commits before it is taken in first. */
  ready(page: ScopePage): Promise<void>
  /**
   * A large page is written beside other work and committed with the next ones, at the latest by `settle`.
   * @throws MirrorError when the disk refuses; the cursor then stands where it was after the last commit
   */
  page(page: ScopePage, serverTime: number): Promise<Taken>
  /** Commits what was taken. @throws MirrorError when the disk refuses */
  settle(): void
  /** @throws MirrorError when the disk refuses. */
  poke(poke: Poke): Taken
}

/** A page with more changes than this is written a little at a time. */
export const LARGE_PAGE = 500
/** Pages that follow one another share a commit, until they hold so many changes or have taken so long. */
const COMMIT = { afterChanges: 20_000, afterMs: SECOND_MS }
/** While somebody works here, whose receipt waits for a commit that is under way: a shorter one, and not as often. */
const COMMIT_WHILE_WORKED_AT = { afterChanges: 6_000, afterMs: 2 * SECOND_MS }
/** Between two turns of writing, while somebody works here: the thread and the disk are theirs first. */
export const REST_MS = 24

interface IntakePorts {
  clock: Pick<Clock, 'monotonicMs' | 'after' | 'breathe'>
  mirror: Mirror
  /** Of each commit, at once: what it makes outdated is not shown any more. */
  noted: (changeset: Changeset) => void
  /** When there is time: whoever follows from it. */
  told: (changeset: Changeset) => void
  applied: (batch: Batch) => void
  work: Pick<LinkWork, 'owed' | 'paid' | 'drawOwed' | 'isWorkedAt'>
  /** After a commit: lets the mirror's log be taken into its file, where that is due. Never fails. */
  relieve: () => Promise<void>
  log: Log
}

export function createIntake(ports: IntakePorts): Intake {
  const { clock, mirror, noted, told, applied, work, relieve, log } = ports
  let bulk: { write: BulkWrite; sinceMs: number; batches: Batch[] } | null = null
  let relief: Promise<void> = Promise.resolve()

  const tellApplied = ({ scope }: Batch, { unreadable }: Applied): void => {
    // Rows that we cannot read must not hide the others; their ids tell which to look at on the server.
    if (unreadable.length > 0) log.warn('mirror.unreadable-rows', { scope, rows: unreadable.slice(0, 20) })
  }

  const take = (fit: Fit): Taken => {
    if (fit.kind !== 'fits') return fit.kind
    tellStartOver(fit.batch)
    const fates = work.owed()
    const result = mirror.apply(fates ? { ...fit.batch, fates } : fit.batch)
    if (result.kind === 'gap') return 'gap'
    if (fates) work.paid()
    tellApplied(fit.batch, result)
    relief = relieve()
    noted(result.changeset)
    told(result.changeset)
    applied(fit.batch)
    return 'applied'
  }

  const tellStartOver = ({ scope, startOver }: Batch): void => {
    if (startOver && mirror.cursor(scope).seq > 0) log.info('mirror.started-over', { scope })
  }

  const giveWay = (): Promise<void> =>
    work.isWorkedAt() ? new Promise((resolve) => clock.after(REST_MS, resolve)) : clock.breathe()

  async function takeInBulk(batch: Batch): Promise<Taken> {
    bulk ??= { write: mirror.openBulk(), sinceMs: clock.monotonicMs(), batches: [] }
    const { write, sinceMs, batches } = bulk
    tellStartOver(batch)
    // Drawn within the same transaction as the rows.
    work.drawOwed()
    const result = await write.apply(batch, giveWay)
    if (result.kind === 'gap') return 'gap'
    tellApplied(batch, result)
    batches.push(batch)
    const { afterChanges, afterMs } = work.isWorkedAt() ? COMMIT_WHILE_WORKED_AT : COMMIT
    if (write.size >= afterChanges || clock.monotonicMs() - sinceMs >= afterMs) await settleInTurns()
    return 'applied'
  }

  /** @returns tells whoever follows from it */
  function commit(): () => void {
    if (bulk === null) return () => undefined
    const { write, batches } = bulk
    bulk = null
    const changesets = write.end()
    relief = relieve()
    for (const changeset of changesets) noted(changeset)
    return () => {
      for (const changeset of changesets) told(changeset)
      for (const batch of batches) applied(batch)
    }
  }

  /** Each part of it is as long as a turn of writing, or longer. */
  async function settleInTurns(): Promise<void> {
    await giveWay()
    const tell = commit()
    await giveWay()
    tell()
    await giveWay()
  }

  return {
    async ready(page) {
      if (bulk === null && page.changes.length > LARGE_PAGE) await relief
    },
    async page(page, serverTime) {
      const fit = fitPage(page, mirror.cursor(page.scope), serverTime)
      if (fit.kind !== 'fits') return fit.kind
      if (bulk !== null || fit.batch.changes.length > LARGE_PAGE) return await takeInBulk(fit.batch)
      return take(fit)
    },
    settle: () => commit()(),
    poke: (poke) => take(fitPoke(poke, mirror.cursor(poke.scope))),
  }
}

type Applied = Extract<ApplyResult, { kind: 'applied' }>

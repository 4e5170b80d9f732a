import { parseTimestamp } from '#shared/lib/time.ts'
import type { Cursor, Poke, ScopePage } from '#shared/protocol/server.ts'
import type { Batch, Changeset, Mirror } from '../mirror/mirror.ts'
import type { Log } from '../ports.ts'
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

export interface Intake {
  /** @throws MirrorError when the disk refuses; the cursor has not moved then. */
  page(page: ScopePage, serverTime: number): 'applied' | 'known' | 'gap'
  /** @throws MirrorError when the disk refuses. */
  poke(poke: Poke): 'applied' | 'known' | 'gap'
}

interface IntakePorts {
  mirror: Mirror
  changed: (changeset: Changeset) => void
  applied: (batch: Batch) => void
  work: Pick<LinkWork, 'owed' | 'paid'>
  log: Log
}

export function createIntake({ mirror, changed, applied, work, log }: IntakePorts): Intake {
  const take = (fit: Fit): 'applied' | 'known' | 'gap' => {
    if (fit.kind !== 'fits') return fit.kind
    const { scope, startOver } = fit.batch
    if (startOver && mirror.cursor(scope).seq > 0) log.info('mirror.started-over', { scope })
    const fates = work.owed()
    const result = mirror.apply(fates ? { ...fit.batch, fates } : fit.batch)
    if (result.kind === 'gap') return 'gap'
    if (fates) work.paid()
    if (result.unreadable.length > 0) {
      // Rows that we cannot read must not hide the others; their ids tell which to look at on the server.
      log.warn('mirror.unreadable-rows', { scope, rows: result.unreadable.slice(0, 20) })
    }
    changed(result.changeset)
    applied(fit.batch)
    return 'applied'
  }

  return {
    page: (page, serverTime) => take(fitPage(page, mirror.cursor(page.scope), serverTime)),
    poke: (poke) => take(fitPoke(poke, mirror.cursor(poke.scope))),
  }
}

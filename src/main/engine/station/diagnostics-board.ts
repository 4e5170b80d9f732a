import { SECOND_MS } from '#shared/lib/time.ts'
import type { Diagnostics } from '#shared/protocol/diagnostics.ts'
import type { FeedKind } from '#shared/protocol/status.ts'
import type { LocalMirror } from '../mirror/mirror.ts'
import type { Cancel, Clock } from '../ports.ts'
import type { ViewHost } from '../views/view-host.ts'

/** Nobody reads faster, and a burst of pokes moves a cursor hundreds of times a second. */
export const SHOW_EVERY_MS = SECOND_MS

/** Puts together what the diagnostics screen says. Gathering it costs something: it is done while a window looks. */
export interface DiagnosticsBoard {
  mirror(mirror: LocalMirror | null): void
  /** Realtime was found deaf once more. */
  missed(): void
  repaired(rows: number): void
  /** Something of it changed. */
  touched(): void
  stop(): void
}

export function createDiagnosticsBoard(
  clock: Clock,
  views: Pick<ViewHost, 'setDiagnostics' | 'isWatched'>,
  feed: FeedKind,
): DiagnosticsBoard {
  let mirror: LocalMirror | null = null
  let misses = 0
  let rowsRepaired = 0
  let shownAt = -Infinity
  let waiting: Cancel | null = null

  const gather = (): Diagnostics => {
    const kept = mirror?.diagnostics.read() ?? { history: [], scopes: [], proofs: [], mirror: null }
    return { feed, misses, rowsRepaired, ...kept }
  }

  const show = (): void => {
    waiting?.()
    waiting = null
    shownAt = clock.monotonicMs()
    views.setDiagnostics(gather)
  }

  const touched = (): void => {
    if (waiting !== null || !views.isWatched('diagnostics')) return
    const restMs = shownAt + SHOW_EVERY_MS - clock.monotonicMs()
    if (restMs <= 0) show()
    else waiting = clock.after(restMs, show)
  }

  // A window that opens the view later gathers it by itself.
  views.setDiagnostics(gather)

  return {
    mirror(next) {
      mirror = next
      show()
    },
    missed() {
      misses += 1
      touched()
    },
    repaired(rows) {
      rowsRepaired += rows
      touched()
    },
    touched,
    stop() {
      waiting?.()
      waiting = null
    },
  }
}

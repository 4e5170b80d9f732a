import { MINUTE_MS } from '#shared/lib/time.ts'
import type { IntegrityCheck } from '#shared/protocol/diagnostics.ts'
import type { Inspector } from '../mirror/inspector.ts'
import type { LocalMirror } from '../mirror/mirror.ts'
import type { Cancel, Clock, Log, Random } from '../ports.ts'
import { spread } from '../sync/backoff.ts'
import type { QuietMoments } from './quiet-moments.ts'

export const FIRST_CHECK_MS = 5 * MINUTE_MS
export const CHECK_EVERY_MS = 24 * 60 * MINUTE_MS
export const CHECKPOINT_EVERY_MS = 10 * MINUTE_MS
/** A check that could not be carried out is tried again this soon. */
const RETRY_CHECK_MS = 60 * MINUTE_MS
/** It reads from another thread: where it is never quiet it goes ahead in spite of the traffic. */
const CHECK_PATIENCE_MS = 30 * MINUTE_MS

interface FileCarePorts {
  clock: Clock
  random: Random
  log: Log
  mirror: Pick<LocalMirror, 'checkpoint' | 'diagnostics'>
  inspector: Pick<Inspector, 'quickCheck'>
  quiet: QuietMoments
  checked: (check: IntegrityCheck) => void
  /** Damage was met, or the disk refused. */
  failed: (error: unknown) => void
  /** SQLite found the file unsound. */
  unsound: () => void
}

export interface FileCare {
  /** Puts what was written into the file at the next quiet moment, so that others who look at it see how things stand. */
  settle(): void
}

/** Looks after the file when nothing else happens: once a day SQLite checks it, and the write-ahead log is kept short. */
export function lookAfterFile(ports: FileCarePorts): FileCare {
  const { clock, random, log, mirror, inspector, quiet, checked, failed, unsound } = ports

  const checkIn = (delayMs: number): void =>
    void quiet.after(spread(delayMs, random), CHECK_PATIENCE_MS, check)

  async function check(): Promise<void> {
    try {
      const soundness = await inspector.quickCheck()
      checked({ at: clock.now(), ...soundness })
      if (soundness.sound) return checkIn(CHECK_EVERY_MS)
      log.error('mirror.unsound', { problems: soundness.problems })
      unsound()
    } catch (error) {
      failed(error)
      checkIn(RETRY_CHECK_MS)
    }
  }

  let cancelCheckpoint: Cancel = () => undefined
  function checkpointIn(delayMs: number): void {
    cancelCheckpoint()
    cancelCheckpoint = quiet.after(delayMs, null, checkpoint)
  }

  async function checkpoint(): Promise<void> {
    try {
      mirror.checkpoint()
    } catch (error) {
      failed(error)
    }
    checkpointIn(CHECKPOINT_EVERY_MS)
  }

  checkIn(Math.max(FIRST_CHECK_MS, untilNextCheck(mirror.diagnostics.read().mirror?.integrity, clock.now())))
  checkpointIn(CHECKPOINT_EVERY_MS)

  return { settle: () => checkpointIn(0) }
}

/** A station that is started every morning is not checked every morning for that. */
function untilNextCheck(last: IntegrityCheck | null | undefined, now: number): number {
  if (!last?.sound || last.at > now) return 0
  return last.at + CHECK_EVERY_MS - now
}

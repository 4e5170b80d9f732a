import type { Inspector } from '../mirror/inspector.ts'
import type { MirrorUpkeep } from '../mirror/mirror.ts'

interface Ports {
  mirror: Pick<MirrorUpkeep, 'logLength'>
  inspector: Pick<Inspector, 'checkpoint'>
  /** Somebody works here, whose receipts wait for the same disk. */
  isWorkedAt: () => boolean
  /** It could not be done now; it is tried again after a later commit. */
  failed: (error: unknown) => void
}

/**
 * Has the mirror's log taken into its file by the inspector's thread, where that is due.
 * @returns to be called after each commit; what it returns ends when the log that was found due is taken in, and never fails
 */
export function logRelief({ mirror, inspector, isWorkedAt, failed }: Ports): () => Promise<void> {
  let relief: Promise<void> | null = null

  async function takeIn(): Promise<void> {
    try {
      await inspector.checkpoint()
    } catch (error) {
      failed(error)
    }
    relief = null
  }

  function isDue(): boolean {
    const length = mirror.logLength()
    return length === 'too-long' || (length === 'long' && !isWorkedAt())
  }

  return () => {
    if (relief === null && isDue()) relief = takeIn()
    return relief ?? Promise.resolve()
  }
}

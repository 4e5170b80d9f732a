import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import type { Cancel, Clock, Log, Secrets } from '../ports.ts'

const FIRST_RETRY_MS = SECOND_MS
const LONGEST_RETRY_MS = MINUTE_MS

/**
 * One secret: its newest value counts at once, and is on disk as soon as the disk takes it. A refresh token is spent on the
 * server when its successor is made, so the successor must not be lost because a disk was full for a while.
 */
export interface DurableSecret {
  /** @throws what the store throws; the next call asks it again */
  read(): Promise<string | null>
  /** Keeps the value (null: none). Settles after the first attempt to write it; later attempts go on by themselves. */
  keep(value: string | null): Promise<void>
  /** One last attempt, if one is needed, and no timer any more. */
  stop(): Promise<void>
}

interface DurableSecretPorts {
  secrets: Secrets
  key: string
  clock: Clock
  log: Log
}

export function durableSecret({ secrets, key, clock, log }: DurableSecretPorts): DurableSecret {
  let newest: { value: string | null } | null = null
  let unsaved: { value: string | null } | null = null
  let attempts = 0
  let retry: Cancel | null = null
  let stopped = false
  /** Writes go one after another: an older value never lands on a newer one. */
  let turn: Promise<void> = Promise.resolve()

  const save = (): Promise<void> => (turn = turn.then(attempt))

  async function attempt(): Promise<void> {
    const saving = unsaved
    if (saving === null) return
    retry?.()
    retry = null
    try {
      await (saving.value === null ? secrets.delete(key) : secrets.set(key, saving.value))
    } catch (error) {
      return failed(error)
    }
    if (unsaved === saving) unsaved = null
    if (attempts > 0) log.info('session.saved-at-last', { attempts })
    attempts = 0
  }

  function failed(error: unknown): void {
    attempts += 1
    const retryInMs = stopped ? null : Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1))
    log.warn('session.not-saved', { attempts, retryInMs, error: nameOf(error) })
    if (retryInMs !== null) retry = clock.after(retryInMs, () => void save())
  }

  return {
    async read() {
      const known = newest ?? { value: await secrets.get(key) }
      // Something newer may have been kept while we read.
      newest ??= known
      return newest.value
    },
    keep(value) {
      newest = unsaved = { value }
      return save()
    },
    async stop() {
      stopped = true
      retry?.()
      retry = null
      await save()
    },
  }
}

/** What went wrong, without words that might hold the value. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error ? `${error.name} ${String(error.code)}` : error.name
}

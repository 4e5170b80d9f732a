import { SECOND_MS, type Millis } from '#shared/lib/time.ts'

/** However often things move, the same question is asked at most this often. */
export const ASK_EVERY_MS = 2 * SECOND_MS

interface AskerPorts<A> {
  ask(): Promise<A>
  answered(answer: A): void
  failed(error: unknown): void
  now(): Millis
  /** @returns cancels */
  after(delayMs: number, work: () => void): () => void
}

/** Asks one question again whenever its answer may be another by now: one at a time, and not too often. */
export interface Asker {
  /** @param pulse the question is due when this is another than the last time; the first time it always is */
  look(pulse: string): void
  /** Whatever comes from now on is told to nobody. */
  stop(): void
}

export function createAsker<A>(ports: AskerPorts<A>): Asker {
  const { ask, answered, failed, now, after } = ports
  let seen: string | null = null
  let state: 'idle' | 'asking' | 'asking-again' | 'waiting' | 'stopped' = 'idle'
  let endedAt = -Infinity
  let cancel = (): void => undefined

  function due(): void {
    if (state === 'asking') state = 'asking-again'
    if (state !== 'idle') return
    const waitMs = endedAt + ASK_EVERY_MS - now()
    if (waitMs <= 0) return go()
    state = 'waiting'
    cancel = after(waitMs, go)
  }

  function go(): void {
    state = 'asking'
    const told = (tell: () => void): void => {
      if (state === 'stopped') return
      const isDueAgain = state === 'asking-again'
      state = 'idle'
      endedAt = now()
      tell()
      if (isDueAgain) due()
    }
    ask().then(
      (answer) => told(() => answered(answer)),
      (error: unknown) => told(() => failed(error)),
    )
  }

  return {
    look(pulse) {
      if (pulse === seen) return
      seen = pulse
      due()
    },
    stop() {
      state = 'stopped'
      cancel()
    },
  }
}

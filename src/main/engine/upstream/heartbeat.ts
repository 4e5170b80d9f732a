import type { Clock } from '../ports.ts'

/** Asks for a sign of life and waits for it. Whoever asks while one is on its way waits for the same. */
export interface Heartbeat {
  /** Resolves to false when no answer came within `deadlineMs`. */
  ask(deadlineMs: number): Promise<boolean>
  answered(): void
  /** Nothing is answered any more. */
  stop(): void
}

export function createHeartbeat(clock: Clock, send: () => void): Heartbeat {
  let asked: { answer: Promise<boolean>; settle: (alive: boolean) => void } | null = null

  return {
    ask(deadlineMs) {
      if (asked) return asked.answer
      let resolve: (alive: boolean) => void = () => undefined
      const answer = new Promise<boolean>((settled) => {
        resolve = settled
      })
      const cancel = clock.after(deadlineMs, () => settle(false))
      const settle = (alive: boolean): void => {
        cancel()
        asked = null
        resolve(alive)
      }
      asked = { answer, settle }
      send()
      return answer
    },
    answered: () => asked?.settle(true),
    stop: () => asked?.settle(false),
  }
}

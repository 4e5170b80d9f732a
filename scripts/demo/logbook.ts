import type { Say } from '../electron-runtime/index.ts'

export interface Step {
  name: string
  /** Since the demo began. */
  atMs: number
  tookMs: number
  /** What was seen in it. */
  facts: object
}

/** Adds to what a step has seen. */
export type Note = (facts: object) => void

/** Times each step of the demo and keeps what was seen in it. */
export interface Logbook {
  steps: readonly Step[]
  step<T>(name: string, work: (note: Note) => Promise<T>): Promise<T>
}

export function openLogbook(say: Say): Logbook {
  const steps: Step[] = []
  const beganAt = performance.now()
  return {
    steps,
    step: async (name, work) => {
      const from = performance.now()
      const facts = {}
      const result = await work((seen) => Object.assign(facts, seen))
      const tookMs = Math.round(performance.now() - from)
      steps.push({ name, atMs: Math.round(from - beganAt), tookMs, facts })
      say(`${String(steps.length).padStart(2)}. ${name} (${tookMs} ms)`)
      return result
    },
  }
}

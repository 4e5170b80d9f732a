/** Work in small steps, between any two of which whoever drives it may pause; its end is its result. */
export type Steps<T> = Generator<undefined, T, undefined>

/** Does it all at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

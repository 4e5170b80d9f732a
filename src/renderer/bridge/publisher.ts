/** Runs `then` at the next frame. */
export type Frame = (then: () => void) => void

/** Hands changes to the stores: at once when nothing was handed over this frame, else together at the next one. */
export interface Publisher {
  /** `publish` replaces an earlier one of the same key that still waits. */
  post(key: object, publish: () => void): void
}

export function createPublisher(frame: Frame): Publisher {
  const waiting = new Map<object, () => void>()
  let isResting = false

  function rest(): void {
    isResting = true
    frame(() => {
      isResting = false
      if (waiting.size === 0) return
      const due = [...waiting.values()]
      waiting.clear()
      rest()
      for (const publish of due) publish()
    })
  }

  return {
    post(key, publish) {
      if (isResting) {
        waiting.set(key, publish)
        return
      }
      rest()
      publish()
    },
  }
}

/** A hidden window gets no animation frames, so a timer stands in for them. */
const HIDDEN_FRAME_MS = 100

export const windowFrame: Frame = (then) => {
  let isDone = false
  const once = (): void => {
    if (isDone) return
    isDone = true
    cancelAnimationFrame(request)
    clearTimeout(timer)
    then()
  }
  const request = requestAnimationFrame(once)
  const timer = setTimeout(once, HIDDEN_FRAME_MS)
}

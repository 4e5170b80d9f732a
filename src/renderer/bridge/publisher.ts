/** Runs `then` once, later. */
export type Later = (then: () => void) => void

interface Ports {
  /** After what has come already. */
  soon: Later
  /** When the frame that was begun is over. */
  frame: Later
}

/**
 * Hands changes to the stores: those that came together, together, so that they are drawn at once; and the next ones not before the
 * frame is over.
 */
export interface Publisher {
  /** `publish` replaces an earlier one of the same key that still waits. */
  post(key: object, publish: () => void): void
}

export function createPublisher({ soon, frame }: Ports): Publisher {
  const waiting = new Map<object, () => void>()
  let isIdle = true

  function publishAll(): void {
    frame(() => {
      if (waiting.size > 0) publishAll()
      else isIdle = true
    })
    const due = [...waiting.values()]
    waiting.clear()
    for (const publish of due) publish()
  }

  return {
    post(key, publish) {
      waiting.set(key, publish)
      if (!isIdle) return
      isIdle = false
      soon(publishAll)
    },
  }
}

const FRAME_MS = 16

/**
 * A window's own time. Frames are counted by a timer: to ask for an animation frame makes the window draw one, also where nothing has
 * changed, and a hidden window gets none.
 */
export function windowTime(): Ports {
  const { port1, port2 } = new MessageChannel()
  let then: (() => void) | null = null
  port1.onmessage = () => then?.()
  return {
    soon(next) {
      then = next
      port2.postMessage(null)
    },
    frame: (next) => void setTimeout(next, FRAME_MS),
  }
}

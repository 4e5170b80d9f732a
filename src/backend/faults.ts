import type { FaultKnobs, Refusal, UpgradeRefusal } from './backend.ts'

/** What befalls every websocket at once, one time. */
export type Disturbance =
  { kind: 'hang-up'; code: number } | { kind: 'drain' } | { kind: 'expel'; message: string }

/*
 * The faults now asked for. HTTP answers read `refuseStatus` and `delayMs`, the token maker reads `tokenLifetimeSeconds`,
 * and the websocket side reads the rest and listens for cuts and disturbances.
 */
export class FaultState {
  /** While true every websocket is closed without a close frame, and new HTTP and websocket connections are refused. */
  cut = false
  /** Wait before each HTTP answer and each frame to a client, in ms. */
  delayMs = 0
  /** Shares (0..1) of news that are lost, sent twice, or swapped with the next one. */
  dropShare = 0
  duplicateShare = 0
  reorderShare = 0
  /** Life of access tokens made from now on, in seconds; null for the normal one. */
  tokenLifetimeSeconds: number | null = null
  /** Status that every HTTP request is answered with, as HTML, or null for normal work. */
  refuseStatus: number | null = null
  /** The same for upgrades to a websocket alone, and for joins. */
  refuseUpgrade: Refusal<number | UpgradeRefusal> = null
  refuseJoins: Refusal<string> = null
  /** While true nothing passes over a websocket, in either direction. */
  frozen = false

  readonly #cutListeners = new Set<(on: boolean) => void>()
  readonly #disturbanceListeners = new Set<(disturbance: Disturbance) => void>()

  /** `listener` is told each time `cut` is turned on or off. Returns how to stop listening. */
  onCut(listener: (on: boolean) => void): () => void {
    this.#cutListeners.add(listener)
    return () => this.#cutListeners.delete(listener)
  }

  calm(): void {
    this.delayMs = 0
    this.dropShare = 0
    this.duplicateShare = 0
    this.reorderShare = 0
    this.tokenLifetimeSeconds = null
    this.refuseStatus = null
    this.refuseUpgrade = null
    this.refuseJoins = null
    this.frozen = false
    this.setCut(false)
  }

  setCut(on: boolean): void {
    if (this.cut === on) return
    this.cut = on
    for (const listener of this.#cutListeners) listener(on)
  }

  /** `listener` is told of each disturbance. Returns how to stop listening. */
  onDisturbance(listener: (disturbance: Disturbance) => void): () => void {
    this.#disturbanceListeners.add(listener)
    return () => this.#disturbanceListeners.delete(listener)
  }

  disturb(disturbance: Disturbance): void {
    for (const listener of this.#disturbanceListeners) listener(disturbance)
  }
}

/** The knobs a test turns. Numbers out of range throw a RangeError and change nothing. */
export function faultKnobs(state: FaultState): FaultKnobs {
  return {
    cut: (on) => state.setCut(on),
    delay: (delayMs) => void (state.delayMs = inRange('delay', delayMs, 0, 600_000)),
    drop: (share) => void (state.dropShare = inRange('drop', share, 0, 1)),
    duplicate: (share) => void (state.duplicateShare = inRange('duplicate', share, 0, 1)),
    reorder: (share) => void (state.reorderShare = inRange('reorder', share, 0, 1)),
    tokenLifetime: (seconds) =>
      void (state.tokenLifetimeSeconds = inRange('tokenLifetime', seconds, 1, 604_800)),
    refuse: (status) =>
      void (state.refuseStatus = status === null ? null : inRange('refuse', status, 400, 599)),
    refuseUpgrade(answer) {
      const status = typeof answer === 'object' ? answer?.status : answer
      if (typeof status === 'number') inRange('refuseUpgrade', status, 300, 599)
      state.refuseUpgrade = answer
    },
    refuseJoins: (reason) => void (state.refuseJoins = reason),
    freeze: (on) => void (state.frozen = on),
    hangUp: (code) => state.disturb({ kind: 'hang-up', code: inRange('hangUp', code, 1_000, 4_999) }),
    drain: () => state.disturb({ kind: 'drain' }),
    expel: (message) => state.disturb({ kind: 'expel', message }),
    calm: () => state.calm(),
  }
}

/** Knobs of a backend that was started without faults: every one of them throws. */
export function lockedKnobs(): FaultKnobs {
  const locked = (): never => {
    throw new Error('This backend was started without `faults: true`.')
  }
  return {
    cut: locked,
    delay: locked,
    drop: locked,
    duplicate: locked,
    reorder: locked,
    tokenLifetime: locked,
    refuse: locked,
    refuseUpgrade: locked,
    refuseJoins: locked,
    freeze: locked,
    hangUp: locked,
    drain: locked,
    expel: locked,
    calm: locked,
  }
}

function inRange(knob: string, value: number, least: number, most: number): number {
  if (!(value >= least && value <= most)) {
    throw new RangeError(`${knob} takes ${least} to ${most}, not ${value}.`)
  }
  return value
}

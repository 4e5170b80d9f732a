import { RateCounter } from './rate.ts'
import type { RealtimeSettings } from './settings.ts'

/** The counters that all sockets of the backend share. */
export interface Limits {
  /** Broadcasts, counted when sent and again at each delivery. */
  events: RateCounter
  /** Row changes, counted at each delivery. */
  changes: RateCounter
  joins: RateCounter
  presence: RateCounter
}

export function createLimits(settings: RealtimeSettings, now: () => number = Date.now): Limits {
  const counter = (maxPerSecond: number): RateCounter =>
    new RateCounter(maxPerSecond, settings.rateStepMs, now)
  return {
    events: counter(settings.maxEventsPerSecond),
    changes: counter(settings.maxEventsPerSecond),
    joins: counter(settings.maxJoinsPerSecond),
    presence: counter(settings.maxPresenceEventsPerSecond),
  }
}

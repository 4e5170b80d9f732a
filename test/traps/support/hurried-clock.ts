import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '#engine/ports.ts'

/** How far each step of hurried time goes. */
const STEP_MS = 250
/** A step is taken when this process has had nothing to do for so long: sockets and databases have said what they had to. */
const IDLE_MS = 5

/**
 * Real time that a test may hurry. It passes as ever, so that sockets and timers live together, and some 40 times faster
 * while the test waits for something that takes a minute; never faster than console and server can work, on any machine.
 */
export interface HurriedClock extends Clock {
  /**
   * Lets time hurry until `holds`.
   * @param mostMs of this clock's time, after which it throws
   * @param stepMs larger for waits of minutes, in which nothing has a deadline of seconds
   * @returns how much of this clock's time that took, in ms
   */
  passUntil(what: string, holds: () => boolean, mostMs: number, stepMs?: number): Promise<number>
  /** Lets this much of its time pass, hurried. */
  pass(ms: number, stepMs?: number): Promise<void>
  /** The wall clock jumps, timers do not notice: a sleep of the machine. */
  jumpWallClock(ms: number): void
  /** Timers that are still set. */
  pending(): number
}

interface Timer {
  dueAt: number
  task: () => void
  handle: NodeJS.Timeout
}

async function idle(): Promise<void> {
  const before = performance.eventLoopUtilization()
  do await pause(2)
  while (performance.eventLoopUtilization(before).idle < IDLE_MS)
}

/** @param wrongByMs how wrong the terminal's wall clock is */
export function hurriedClock(wrongByMs = 0): HurriedClock {
  const timers = new Set<Timer>()
  let skippedMs = 0
  let jumpedMs = wrongByMs
  const monotonicMs = (): number => performance.now() + skippedMs

  const fire = (timer: Timer): void => {
    clearTimeout(timer.handle)
    if (timers.delete(timer)) timer.task()
  }
  const arm = (timer: Timer): void => {
    clearTimeout(timer.handle)
    timer.handle = setTimeout(() => fire(timer), Math.max(0, timer.dueAt - monotonicMs()))
  }

  function skip(ms: number): void {
    skippedMs += ms
    const inTurn = [...timers].sort((a, b) => a.dueAt - b.dueAt)
    for (const timer of inTurn) {
      if (timer.dueAt <= monotonicMs()) fire(timer)
      else if (timers.has(timer)) arm(timer)
    }
  }

  async function passUntil(
    what: string,
    holds: () => boolean,
    mostMs: number,
    stepMs = STEP_MS,
  ): Promise<number> {
    const startedAt = monotonicMs()
    for (;;) {
      const passed = monotonicMs() - startedAt
      if (holds()) return passed
      if (passed > mostMs) throw new Error(`Not within ${mostMs} ms: ${what}.`)
      await idle()
      skip(stepMs)
    }
  }

  return {
    now: () => Date.now() + skippedMs + jumpedMs,
    monotonicMs,
    after(delayMs, task) {
      const timer: Timer = {
        dueAt: monotonicMs() + Math.max(0, delayMs),
        task,
        handle: setTimeout(() => undefined),
      }
      timers.add(timer)
      arm(timer)
      return () => {
        clearTimeout(timer.handle)
        timers.delete(timer)
      }
    },
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    passUntil,
    async pass(ms, stepMs) {
      const until = monotonicMs() + ms
      await passUntil('time passes', () => monotonicMs() >= until, Infinity, stepMs)
    },
    jumpWallClock: (ms) => void (jumpedMs += ms),
    pending: () => timers.size,
  }
}

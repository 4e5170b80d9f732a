import type { LinkMove } from '#shared/protocol/diagnostics.ts'
import type { Cancel } from '../ports.ts'
import type { Failure } from '../upstream/upstream.ts'
import { openConnection } from './connection.ts'
import type { Connection, ConnectionPorts } from './connection.ts'
import { watchForClockJumps } from './clock-jumps.ts'
import { initialLink, wakeAt } from './link.ts'
import type { Effect, Link, LinkEvent, LinkState } from './link.ts'
import { step } from './link-table.ts'
import { noWork } from './link-work.ts'
import type { LinkWork } from './link-work.ts'

/** Events of the world; those of the work carry an epoch and come from the connection itself. */
export type WorldEvent = Exclude<LinkEvent, { epoch: number }>

export interface LinkRunner {
  tell(event: WorldEvent): void
  link(): Link
  /** How often a pull brought what realtime should have brought, since the start. */
  misses(): number
  /**
   * Pulls as the timer would, and counts what that brings as missed by realtime. For whoever has reason to think that we
   * are behind; without a connection that could pull it does nothing, as connecting pulls anyway.
   */
  look(): void
}

export interface LinkRunnerPorts extends Omit<ConnectionPorts, 'report' | 'work' | 'relieve'> {
  /** Nothing, where the mirror looks after its log by itself. */
  relieve?: ConnectionPorts['relieve']
  /** The station's own work; without it the link only reads. */
  work?: LinkWork
  /** Called after each step, also when only a figure of the state changed. */
  linkChanged: (link: Link) => void
  /** The link went from one state to another. */
  linkMoved: (move: LinkMove) => void
}

/** Performs what the link's table decides. One event is finished before the next is begun. */
export function runLink(ports: LinkRunnerPorts): LinkRunner {
  const { clock, random, work = noWork, relieve = nothingToRelieve } = ports
  const log = ports.log.with({ component: 'link' })
  let link = initialLink(clock.now())
  let connection: Connection | null = null
  let misses = 0
  let cancelWake: Cancel | null = null
  const queue: LinkEvent[] = []
  let draining = false

  const dispatch = (event: LinkEvent): void => {
    queue.push(event)
    if (draining) return
    draining = true
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) handle(next)
    } finally {
      draining = false
    }
  }

  function handle(event: LinkEvent): void {
    const before = link
    const decided = step(before, event, { now: clock.now(), random })
    link = decided.link
    if (event.kind === 'missed' && link !== before) misses += 1
    if (link.at !== before.at) tellMove(before, event)
    for (const effect of decided.effects) perform(effect)
    if (wakeAt(link) !== wakeAt(before) || link.epoch !== before.epoch) setAlarm()
    if (link !== before) ports.linkChanged(link)
    if (link.at === 'stopped') jumps.stop()
  }

  function tellMove(before: Link, event: LinkEvent): void {
    const because = causeOf(event) ?? ('because' in link ? link.because : null)
    const move = { at: clock.now(), from: before.at, to: link.at, by: event.kind, because }
    log.info('link.moved', move)
    ports.linkMoved(move)
  }

  function perform(effect: Effect): void {
    switch (effect.do) {
      case 'disconnect':
        connection?.close()
        connection = null
        return
      case 'connect':
        connection = openConnection(
          { ...ports, work, relieve, report: dispatch },
          effect.epoch,
          effect.without,
        )
        return
      case 'listen':
        return connection?.listen()
      case 'hang-up':
        return connection?.hangUp()
      case 'catch-up':
        return connection?.catchUp(effect.afterMs)
      case 'doubt':
        return connection?.doubt()
    }
  }

  function setAlarm(): void {
    cancelWake?.()
    cancelWake = null
    const at = wakeAt(link)
    if (at === null) return
    const { epoch } = link
    cancelWake = clock.after(Math.max(0, at - clock.now()), () => dispatch({ kind: 'woke', epoch }))
  }

  const jumps = watchForClockJumps(clock, (driftMs) => {
    log.info('link.clock-jumped', { driftMs })
    dispatch({ kind: 'nudged', by: 'clock-jumped' })
  })

  return {
    tell(event) {
      // A sleep that was announced is not to be found out a second time.
      if (event.kind === 'nudged' && event.by === 'resumed') jumps.forgive()
      dispatch(event)
    },
    link: () => link,
    misses: () => misses,
    look() {
      if (pulls.includes(link.at)) connection?.look()
    },
  }
}

const pulls: readonly LinkState[] = ['catching-up', 'live', 'degraded']

/** What lies behind an event, by kind: never a text of somebody else's. */
function causeOf(event: LinkEvent): string | null {
  switch (event.kind) {
    case 'nudged':
      return event.by
    case 'failed':
      return `${event.in}: ${kindOf(event.failure)}`
    case 'signed-out':
    case 'incompatible':
    case 'feedless':
      return event.because
    default:
      return null
  }
}

function kindOf(failure: Failure): string {
  switch (failure.kind) {
    case 'retry':
    case 'signed-out':
      return failure.because
    case 'refused':
      return failure.code
    default:
      return failure.kind
  }
}

const nothingToRelieve = async (): Promise<void> => undefined

import type { LinkMove } from '#shared/protocol/diagnostics.ts'
import type { Cancel } from '../ports.ts'
import { openConnection } from './connection.ts'
import type { Connection, ConnectionPorts } from './connection.ts'
import { watchForClockJumps } from './clock-jumps.ts'
import { initialLink, wakeAt } from './link.ts'
import type { Effect, Link, LinkEvent } from './link.ts'
import { step } from './link-table.ts'

/** Events of the world; those of the work carry an epoch and come from the connection itself. */
export type WorldEvent = Exclude<LinkEvent, { epoch: number }>

export interface LinkRunner {
  tell(event: WorldEvent): void
  link(): Link
  /** How often realtime was found deaf and its feed rebuilt, since the start. */
  misses(): number
}

export interface LinkRunnerPorts extends Omit<ConnectionPorts, 'report'> {
  /** Called after each step, also when only a figure of the state changed. */
  linkChanged: (link: Link) => void
  /** The link went from one state to another. */
  linkMoved: (move: LinkMove) => void
}

/** Performs what the link's table decides. One event is finished before the next is begun. */
export function runLink(ports: LinkRunnerPorts): LinkRunner {
  const { clock, random } = ports
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
    if (event.kind === 'missed' && link.epoch !== before.epoch) misses += 1
    if (link.at !== before.at) tellMove(before, event)
    for (const effect of decided.effects) perform(effect)
    if (wakeAt(link) !== wakeAt(before) || link.epoch !== before.epoch) setAlarm()
    if (link !== before) ports.linkChanged(link)
    if (link.at === 'stopped') stopWatching()
  }

  function tellMove(before: Link, event: LinkEvent): void {
    const because = 'because' in link ? link.because : event.kind === 'nudged' ? event.by : null
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
        connection = openConnection({ ...ports, report: dispatch }, effect.epoch)
        return
      case 'catch-up':
        return connection?.catchUp()
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

  const stopWatching = watchForClockJumps(clock, (driftMs) => {
    log.info('link.clock-jumped', { driftMs })
    dispatch({ kind: 'nudged', by: 'clock-jumped' })
  })

  return { tell: dispatch, link: () => link, misses: () => misses }
}

import type { Link, LinkAt, LinkEvent, LinkEventKind, LinkState, Moment, Step } from './link.ts'
import { arrive, hearFeedless, hearLateStreaming, hearStreaming, progress } from './moves/catch-up.ts'
import { connect, connectAnew, freshConnect } from './moves/connect.ts'
import { doubtDegraded, failDegraded, regrantDegraded, wakeDegraded } from './moves/degraded.ts'
import { endIncompatible, noAnswer, refuseDisk, signOut, stop, suspend } from './moves/fail.ts'
import { failCatchingUp, failConnecting, failListening, hearMissed } from './moves/feed.ts'
import { nudgeBusy, nudgeDegraded, nudgeIdle, nudgeLive, nudgeQuiet, nudgeWaiting } from './moves/nudge.ts'
import { stay, to } from './moves/steps.ts'
import type { Move } from './moves/steps.ts'

/** Every event in every state: a missing cell does not compile. */
type Table = { [S in LinkState]: { [K in LinkEventKind]: Move<K, LinkAt<S>> } }

const hearDown = (link: Link): Step => stay({ ...link, network: 'down' })

/** The system may be wrong, and a server on this very machine needs no network: the socket is asked, not the rumour. */
const doubtDown = (link: LinkAt<'live'> | LinkAt<'catching-up'>): Step =>
  to({ ...link, network: 'down' }, { do: 'doubt', epoch: link.epoch })

// prettier-ignore
const table: Table = {
  offline: {
    started: freshConnect, nudged: nudgeIdle, 'network-down': hearDown, suspending: suspend,
    'signed-in': connectAnew, 'signed-out': signOut, stopped: stop, woke: freshConnect,
    streaming: stay, feedless: stay, progressed: stay, 'caught-up': stay, failed: stay, missed: stay,
    regranted: stay, incompatible: stay, 'disk-refused': stay,
  },
  connecting: {
    started: stay, nudged: nudgeBusy, 'network-down': hearDown, suspending: suspend,
    'signed-in': connectAnew, 'signed-out': signOut, stopped: stop, woke: noAnswer,
    streaming: hearStreaming, feedless: hearFeedless, progressed: stay, 'caught-up': stay, failed: failConnecting, missed: stay,
    regranted: connect, incompatible: endIncompatible, 'disk-refused': refuseDisk,
  },
  'catching-up': {
    started: stay, nudged: nudgeBusy, 'network-down': doubtDown, suspending: suspend,
    'signed-in': connectAnew, 'signed-out': signOut, stopped: stop, woke: noAnswer,
    streaming: hearLateStreaming, feedless: stay, progressed: progress, 'caught-up': arrive, failed: failCatchingUp, missed: hearMissed,
    regranted: connect, incompatible: endIncompatible, 'disk-refused': refuseDisk,
  },
  live: {
    started: stay, nudged: nudgeLive, 'network-down': doubtDown, suspending: suspend,
    'signed-in': connectAnew, 'signed-out': signOut, stopped: stop, woke: stay,
    streaming: stay, feedless: stay, progressed: progress, 'caught-up': stay, failed: failListening, missed: hearMissed,
    regranted: connect, incompatible: endIncompatible, 'disk-refused': refuseDisk,
  },
  degraded: {
    started: stay, nudged: nudgeDegraded, 'network-down': doubtDegraded, suspending: suspend,
    'signed-in': connectAnew, 'signed-out': signOut, stopped: stop, woke: wakeDegraded,
    streaming: hearStreaming, feedless: stay, progressed: progress, 'caught-up': stay, failed: failDegraded, missed: stay,
    regranted: regrantDegraded, incompatible: endIncompatible, 'disk-refused': refuseDisk,
  },
  waiting: {
    started: stay, nudged: nudgeWaiting, 'network-down': hearDown, suspending: suspend,
    'signed-in': connectAnew, 'signed-out': signOut, stopped: stop, woke: connect,
    streaming: stay, feedless: stay, progressed: stay, 'caught-up': stay, failed: stay, missed: stay,
    regranted: stay, incompatible: stay, 'disk-refused': stay,
  },
  'signed-out': {
    started: stay, nudged: nudgeQuiet, 'network-down': hearDown, suspending: stay,
    'signed-in': connectAnew, 'signed-out': signOut, stopped: stop, woke: stay,
    streaming: stay, feedless: stay, progressed: stay, 'caught-up': stay, failed: stay, missed: stay,
    regranted: stay, incompatible: stay, 'disk-refused': stay,
  },
  incompatible: {
    started: stay, nudged: nudgeIdle, 'network-down': hearDown, suspending: stay,
    'signed-in': connectAnew, 'signed-out': signOut, stopped: stop, woke: connect,
    streaming: stay, feedless: stay, progressed: stay, 'caught-up': stay, failed: stay, missed: stay,
    regranted: stay, incompatible: stay, 'disk-refused': stay,
  },
  stopped: {
    started: stay, nudged: stay, 'network-down': stay, suspending: stay,
    'signed-in': stay, 'signed-out': stay, stopped: stay, woke: stay,
    streaming: stay, feedless: stay, progressed: stay, 'caught-up': stay, failed: stay, missed: stay,
    regranted: stay, incompatible: stay, 'disk-refused': stay,
  },
}

/**
 * One step of the connection's state machine. Pure: the same link, event and moment give the same answer.
 * @returns the next link, and what it wants done, in order
 */
export function step(link: Link, event: LinkEvent, moment: Moment): Step {
  if ('epoch' in event && event.epoch !== link.epoch) return stay(link)
  // The table's type proves that the cell takes this state and this event; TypeScript cannot follow both indexes at once.
  const move = table[link.at][event.kind] as Move<LinkEventKind>
  return move(link, event, moment)
}

import type { Link, LinkEvent, LinkEventKind, LinkState } from '#engine/sync/link.ts'
import type { Failure } from '#engine/upstream/upstream.ts'

/*
 * One link in each state and one event of each kind, for tests of the link's table. All are of epoch 7, a minute and more
 * before `sampleNow`, so that no rule about what was just now is met by chance.
 */

export const sampleNow = 10_000_000

const common = {
  epoch: 7,
  network: 'up',
  connectedAt: sampleNow - 90_000,
  rebuiltAt: null,
  shun: null,
} as const
const since = sampleNow - 80_000
const until = sampleNow + 20_000

export const sampleLinks: { [S in LinkState]: Extract<Link, { at: S }> } = {
  offline: { ...common, at: 'offline', since, until },
  connecting: { ...common, at: 'connecting', since, until, attempt: 3 },
  'catching-up': {
    ...common,
    at: 'catching-up',
    since,
    until,
    attempt: 3,
    done: 0,
    total: 9,
    first: false,
    without: null,
  },
  live: { ...common, at: 'live', since: sampleNow - 1_000, attempt: 3 },
  degraded: {
    ...common,
    at: 'degraded',
    since: sampleNow - 1_000,
    until,
    attempt: 3,
    because: 'websocket-blocked',
    trying: false,
    triedAt: null,
  },
  waiting: { ...common, at: 'waiting', since, until, attempt: 3, because: 'no-answer' },
  'signed-out': { ...common, at: 'signed-out', because: 'asked' },
  incompatible: { ...common, at: 'incompatible', until, because: 'server-newer' },
  stopped: { ...common, at: 'stopped' },
}

export const offlineFailure: Failure = { kind: 'offline', detail: '' }

export const rateLimited = (afterMs: number | null = null): Failure => ({
  kind: 'retry',
  because: 'rate-limited',
  afterMs,
  detail: '',
})

export const sampleEvents: { [K in LinkEventKind]: Extract<LinkEvent, { kind: K }> } = {
  started: { kind: 'started' },
  nudged: { kind: 'nudged', by: 'asked' },
  'network-down': { kind: 'network-down' },
  suspending: { kind: 'suspending' },
  'signed-in': { kind: 'signed-in' },
  'signed-out': { kind: 'signed-out', because: 'asked' },
  stopped: { kind: 'stopped' },
  woke: { kind: 'woke', epoch: 7 },
  streaming: { kind: 'streaming', epoch: 7 },
  feedless: { kind: 'feedless', epoch: 7, because: 'chosen' },
  progressed: { kind: 'progressed', epoch: 7, done: 4, total: 9, first: true },
  'caught-up': { kind: 'caught-up', epoch: 7 },
  failed: { kind: 'failed', epoch: 7, failure: offlineFailure, in: 'request' },
  missed: { kind: 'missed', epoch: 7 },
  regranted: { kind: 'regranted', epoch: 7 },
  incompatible: { kind: 'incompatible', epoch: 7, because: 'server-newer' },
  'disk-refused': { kind: 'disk-refused', epoch: 7 },
}

export const linkStates = Object.keys(sampleLinks) as LinkState[]
export const linkEventKinds = Object.keys(sampleEvents) as LinkEventKind[]

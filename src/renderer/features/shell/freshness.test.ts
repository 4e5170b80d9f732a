import { describe, expect, test, vi } from 'vitest'
import type { LinkStatus, Status } from '#shared/protocol/status.ts'

vi.hoisted(() => {
  Object.defineProperty(globalThis, 'navigator', { value: { language: 'en-GB' }, configurable: true })
})
const { describeFreshness, freshnessLine, isStale, withoutEngine } = await import('./freshness.ts')

/** Local times, so that the table reads the same in every time zone. */
const at = (clock: string): number => new Date(`2026-03-05T${clock}`).getTime()
const now = at('14:05:00')

const base: Status = {
  link: { at: 'live', since: at('13:00:00') },
  asOf: at('14:01:58'),
  lostAt: null,
  clockOffsetMs: 0,
  user: null,
  server: { url: 'https://example.supabase.co', embedded: false },
  memberships: [],
  disk: 'ok',
}
const lostAt = at('14:02:10')
const waiting = (because: Extract<LinkStatus, { at: 'waiting' }>['because']): Partial<Status> => ({
  link: { at: 'waiting', since: lostAt, until: now + 7_400, attempt: 3, because },
  lostAt,
})
const offline = 'Offline since 14:02, showing stock as of 14:01:58'

const table: [string, Partial<Status>, string][] = [
  ['live', { asOf: at('14:02:07') }, 'Live · as of 14:02:07'],
  [
    'catching up',
    { link: { at: 'catching-up', since: now, done: 320, total: 1_204, first: false } },
    'Catching up 320 of 1,204 · showing stock as of 14:01:58',
  ],
  [
    'the first download',
    { asOf: null, link: { at: 'catching-up', since: now, done: 12_000, total: 100_000, first: true } },
    'First download 12,000 of 100,000 · stock appears as it arrives',
  ],
  ['no answer', waiting('no-answer'), `${offline} · trying again in 8 s`],
  ['no network while waiting', waiting('no-network'), `${offline} · trying again in 8 s`],
  [
    'a server error',
    waiting('server-error'),
    `${offline} · the server answered with an error · trying again in 8 s`,
  ],
  [
    'a stranger at the address',
    waiting('not-supabase'),
    `${offline} · no Supabase server answers at this address · trying again in 8 s`,
  ],
  ['a wrong key', waiting('wrong-key'), `${offline} · the server refused the key · trying again in 8 s`],
  [
    'a rate limit',
    waiting('rate-limited'),
    `${offline} · the server asked for a pause · trying again in 8 s`,
  ],
  [
    'a disk that does not take it',
    waiting('disk'),
    `${offline} · this station cannot write to its disk · trying again in 8 s`,
  ],
  [
    'live updates refused',
    { link: { at: 'degraded', since: lostAt, because: 'realtime-refused', pollEveryMs: 10_000, until: now } },
    'Checking every 10 s · as of 14:01:58 · the server refuses live updates',
  ],
  [
    'the wait being over',
    { link: { at: 'waiting', since: lostAt, until: now - 1, attempt: 3, because: 'no-answer' }, lostAt },
    `${offline} · trying now`,
  ],
  [
    'a cable pulled',
    { link: { at: 'offline', since: lostAt }, lostAt },
    `${offline} · goes on by itself when the network is back`,
  ],
  [
    'offline before anything was downloaded',
    { link: { at: 'offline', since: lostAt }, asOf: null },
    'Offline since 14:02, no stock downloaded yet · goes on by itself when the network is back',
  ],
  [
    'the first connection',
    { link: { at: 'connecting', since: now, attempt: 1 }, asOf: null },
    'Connecting · no stock downloaded yet',
  ],
  [
    'a start from the disk',
    { link: { at: 'connecting', since: now, attempt: 1 } },
    'Connecting · showing stock as of 14:01:58',
  ],
  ['another try', { link: { at: 'connecting', since: now, attempt: 4 }, lostAt }, `${offline} · trying now`],
  [
    'nobody signed in yet',
    { link: { at: 'signed-out', because: 'never-signed-in' }, asOf: null },
    'Signed out · sign in to see live stock',
  ],
  [
    'a person who signed out',
    { link: { at: 'signed-out', because: 'asked' }, asOf: null },
    'Signed out · sign in to see live stock',
  ],
  [
    'a session that ended',
    { link: { at: 'signed-out', because: 'session-ended' } },
    'Signed out, showing stock as of 14:01:58 · the session ended, sign in again',
  ],
  [
    'access withdrawn',
    { link: { at: 'signed-out', because: 'revoked' }, asOf: null },
    'Signed out · access was withdrawn, ask a manager',
  ],
  [
    'a first run',
    { link: { at: 'signed-out', because: 'never-signed-in' }, asOf: null, server: null },
    'No server yet · enter its address and key to begin',
  ],
  [
    'a first run, before an address was given',
    { link: { at: 'offline', since: now }, asOf: null, lostAt: now, server: null },
    'No server yet · enter its address and key to begin',
  ],
  [
    'a newer server',
    { link: { at: 'incompatible', because: 'server-newer' } },
    'This console is too old for the server · showing stock as of 14:01:58 · update this console',
  ],
  [
    'an older server',
    { link: { at: 'incompatible', because: 'server-older' } },
    'The server is too old for this console · showing stock as of 14:01:58 · ask your administrator to update the server',
  ],
  [
    'a stopped engine',
    { link: { at: 'stopped' } },
    'Stopped · showing stock as of 14:01:58 · close and open the console to go on',
  ],
  [
    'a full disk',
    { disk: 'full' },
    'Live · as of 14:01:58 · Disk full: free some space, nothing new is kept on this station until then',
  ],
  [
    'a read-only disk',
    { disk: 'read-only' },
    'Live · as of 14:01:58 · Disk is read-only: nothing new is kept on this station',
  ],
  [
    'a file from the future',
    { disk: 'from-newer-version' },
    'Live · as of 14:01:58 · The stock file here was written by a newer version of this console: update the console to open it',
  ],
]

describe('[L3] the bar says what is, and what happens next', () => {
  test.each(table)('%s', (_name, status, line) => {
    expect(freshnessLine(describeFreshness({ ...base, ...status }, now))).toBe(line)
  })

  test('only a live link reads as live, and every other is drawn as stale', () => {
    for (const [, change] of table) {
      const status = { ...base, ...change }
      const saysLive = describeFreshness(status, now).headline.startsWith('Live ·')
      expect(saysLive).toBe(status.link.at === 'live')
      expect(isStale(status)).toBe(status.link.at !== 'live')
    }
  })

  test('an engine that is gone is not live, whatever it said last', () => {
    const line = freshnessLine(describeFreshness(withoutEngine(base), now))
    expect(line).toBe(
      'The engine of this console stopped, showing stock as of 14:01:58 · it is started again by itself',
    )
    expect(isStale(withoutEngine(base))).toBe(true)
  })

  test('a wait can be cut short, a lost session renewed, from the bar itself', () => {
    const action = (change: Partial<Status>) => describeFreshness({ ...base, ...change }, now).action
    expect(action(waiting('no-answer'))).toBe('retry')
    expect(action({ link: { at: 'offline', since: now } })).toBe('retry')
    expect(action({ link: { at: 'signed-out', because: 'session-ended' } })).toBe('sign-in')
    expect(action({})).toBeNull()
  })

  test('yesterday is called by its date', () => {
    const asOf = now - 86_400_000
    expect(describeFreshness({ ...base, asOf }, now).headline).toBe('Live · as of 4 Mar, 14:05:00')
  })

  test('the server’s time is told on this station’s clock, so that one line has one clock', () => {
    const fast = { ...base, clockOffsetMs: 600_000 }
    expect(describeFreshness(fast, now).headline).toBe('Live · as of 14:11:58')
  })

  test('what is spoken changes with the link, not with each count or second', () => {
    const spoken = (done: number) =>
      describeFreshness({ ...base, link: { at: 'catching-up', since: 0, done, total: 9, first: false } }, now)
        .spoken
    expect(spoken(1)).toBe(spoken(2))
    expect(describeFreshness({ ...base, ...waiting('no-answer') }, now).spoken).toBe(
      describeFreshness({ ...base, ...waiting('no-answer') }, now + 3_000).spoken,
    )
  })
})

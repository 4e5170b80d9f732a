import { describe, expect, test, vi } from 'vitest'
import type { DegradedReason, LinkStatus, Status } from '#shared/protocol/status.ts'

vi.hoisted(() => {
  Object.defineProperty(globalThis, 'navigator', { value: { language: 'en-GB' }, configurable: true })
})
const { describeFreshness, freshnessLine } = await import('./freshness.ts')
const { isStale, withoutEngine } = await import('./shown-status.ts')

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
  drill: null,
}
const lostAt = at('14:02:10')
const waiting = (because: Extract<LinkStatus, { at: 'waiting' }>['because']): Partial<Status> => ({
  link: { at: 'waiting', since: lostAt, until: now + 7_400, attempt: 3, because },
  lostAt,
})
const checking = (because: DegradedReason, until: number | null): Partial<Status> => ({
  link: { at: 'degraded', since: lostAt, because, pollEveryMs: 10_000, until },
  asOf: now - 8_000,
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
    checking('realtime-refused', now + 42_000),
    'Checking every 10 s · as of 14:04:52 · the server refuses live updates · next try in 42 s',
  ],
  [
    'websockets blocked',
    checking('websocket-blocked', now + 600_000),
    'Checking every 10 s · as of 14:04:52 · something on the way blocks live updates · next try at 14:15',
  ],
  [
    'too many messages',
    checking('rate-limited', now),
    'Checking every 10 s · as of 14:04:52 · the server asked for fewer live updates · trying now',
  ],
  [
    'a socket that brings nothing',
    checking('deaf', now + 5_000),
    'Checking every 10 s · as of 14:04:52 · live updates arrived with gaps · next try in 5 s',
  ],
  [
    'polling that was chosen',
    checking('chosen', null),
    'Checking every 10 s · as of 14:04:52 · live updates are switched off for this station',
  ],
  [
    'a check that stays out',
    { ...checking('websocket-blocked', now + 42_000), asOf: now - 20_001 },
    'Checking every 10 s · as of 14:04:39 · the last check is late · something on the way blocks live updates · next try in 42 s',
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

/** When the figures of a story are from, moved. */
function shift(change: Partial<Status>, byMs: number): number | null {
  const { asOf } = { ...base, ...change }
  return asOf === null ? null : asOf + byMs
}

describe('[L3] the bar says what is, and what happens next', () => {
  test.each(table)('%s', (_name, status, line) => {
    expect(freshnessLine(describeFreshness({ ...base, ...status }, now))).toBe(line)
  })

  test('only a live link reads as live, and what is neither live nor just checked is drawn as stale', () => {
    for (const [, change] of table) {
      const status = { ...base, ...change }
      const saysLive = describeFreshness(status, now).headline.startsWith('Live ·')
      expect(saysLive).toBe(status.link.at === 'live')
      const isJustChecked = status.link.at === 'degraded' && now - (status.asOf ?? 0) <= 20_000
      expect(isStale(status, now)).toBe(status.link.at !== 'live' && !isJustChecked)
    }
  })

  test('an engine that is gone is not live, whatever it said last', () => {
    const line = freshnessLine(describeFreshness(withoutEngine(base), now))
    expect(line).toBe(
      'The engine of this console stopped, showing stock as of 14:01:58 · it is started again by itself',
    )
    expect(isStale(withoutEngine(base), now)).toBe(true)
  })

  test('a wait can be cut short, a lost session renewed, from the bar itself', () => {
    const action = (change: Partial<Status>) => describeFreshness({ ...base, ...change }, now).action
    expect(action(waiting('no-answer'))).toBe('retry')
    expect(action({ link: { at: 'offline', since: now } })).toBe('retry')
    expect(action({ link: { at: 'signed-out', because: 'session-ended' } })).toBe('sign-in')
    expect(action({})).toBeNull()
  })

  test('checking has a sign of its own: neither live nor offline, until a check is late', () => {
    const tone = (change: Partial<Status>) => describeFreshness({ ...base, ...change }, now).tone
    const checked = checking('websocket-blocked', now + 1_000)
    const tones = [tone({}), tone(checked), tone(waiting('no-answer'))]
    expect(tones).toEqual(['good', 'limited', 'stale'])
    expect(tone({ ...checked, asOf: now - 20_001 })).toBe('stale')
  })

  test('figures of a station that polls are dimmed by time alone, on a clock that is wrong too', () => {
    const checked = { ...base, ...checking('chosen', null), clockOffsetMs: 3_600_000, asOf: now - 3_600_000 }
    expect(isStale(checked, now + 20_000)).toBe(false)
    expect(isStale(checked, now + 20_001)).toBe(true)
    expect(isStale({ ...checked, asOf: null }, now)).toBe(true)
  })

  test('live updates can be tried at once where a try is planned, and not where they are switched off', () => {
    const action = (change: Partial<Status>) => describeFreshness({ ...base, ...change }, now).action
    expect(action(checking('deaf', now + 5_000))).toBe('retry')
    expect(action(checking('chosen', null))).toBeNull()
  })

  const clocks: [string, number | null, string | null][] = [
    ['right', 0, null],
    ['not compared yet', null, null],
    ['a little off', 30_000, null],
    ['fast', 754_000, 'Clock 12 minutes fast'],
    ['slow by hours', -3 * 3_600_000, 'Clock 3 hours slow'],
    ['slow by seconds', -31_000, 'Clock 31 seconds slow'],
  ]
  test.each(clocks)('a clock that is %s is said beside all else', (_name, clockOffsetMs, clock) => {
    for (const [, change] of table) {
      const without = describeFreshness({ ...base, ...change, clockOffsetMs: 0 }, now)
      // The same moment of the server: only the clock it is told on differs.
      const shifted = { ...base, ...change, clockOffsetMs, asOf: shift(change, -(clockOffsetMs ?? 0)) }
      const said = describeFreshness(shifted, now)
      expect(said).toMatchObject({
        tone: without.tone,
        headline: without.headline,
        more: without.more,
        clock,
      })
      expect(said.spoken.endsWith('The clock of this computer is wrong')).toBe(clock !== null)
    }
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

import { describe, expect, test, vi } from 'vitest'
import type { Diagnostics, Proof } from '#shared/protocol/diagnostics.ts'
import type { LinkStatus, Status } from '#shared/protocol/status.ts'
import { emptyDiagnostics, sampleDiagnostics, withProofs } from '../../gallery/sample-diagnostics.ts'
import { sampleWarehouses } from '../../gallery/sample-data.ts'
import { liveStatus } from '../../gallery/scenarios.ts'

vi.hoisted(() => {
  Object.defineProperty(globalThis, 'navigator', { value: { language: 'en-GB' }, configurable: true })
})
const { judge } = await import('./verdict.ts')
const { writeReport } = await import('./report.ts')

const now = new Date('2026-03-05T14:05:00').getTime()
const sound = sampleDiagnostics(now)

function verdictOf(diagnostics: Diagnostics, change: Partial<Status> = {}) {
  const status = { ...liveStatus(now), ...change }
  return judge({ status, diagnostics, warehouses: sampleWarehouses }, now)
}

const polling: LinkStatus = {
  at: 'degraded',
  since: now - 60_000,
  because: 'websocket-blocked',
  pollEveryMs: 10_000,
  until: now + 20_000,
}
const waiting: LinkStatus = {
  at: 'waiting',
  since: now,
  until: now + 8_000,
  attempt: 2,
  because: 'no-answer',
}

describe('[L3][M3] one sentence says how it is, never better than it is', () => {
  test('all compared and equal: it matches, as of the oldest comparison', () => {
    expect(verdictOf(sound)).toEqual({
      tone: 'good',
      headline: 'Everything shown here matches the server: compared 2 min ago.',
      more: [],
    })
    const [first, ...rest] = sound.scopes
    const older = { ...first!, proof: { ...first!.proof!, at: now - 540_000 } }
    expect(verdictOf({ ...sound, scopes: [older, ...rest] }).headline).toContain('compared 9 min ago')
  })

  test('a comparison from before an outage speaks of then, not of now', () => {
    expect(verdictOf(sound, { link: { at: 'live', since: now - 5_000 } })).toMatchObject({
      headline: 'Everything shown here matched the server: compared 2 min ago.',
      more: ['The connection was lost since then and is caught up; the next comparison follows by itself.'],
    })
  })

  test('one scope that differs is named, whatever the others say', () => {
    const verdict = verdictOf(withProofs(sound, { outcome: 'differs', differing: 1 }))
    expect(verdict.tone).toBe('bad')
    expect(verdict.headline).toBe('Not everything here matches the server: Berlin differs.')
  })

  test('a comparison that could not be finished, or never was, is not a match', () => {
    const notMatching = [
      verdictOf(withProofs(sound, { outcome: 'unproven' })),
      verdictOf({ ...sound, scopes: sound.scopes.map((scope) => ({ ...scope, proof: null })) }),
      verdictOf(emptyDiagnostics),
    ]
    for (const { headline } of notMatching) expect(headline).not.toMatch(/match/)
  })

  test('rows put right are told, because somebody may have seen them wrong', () => {
    const one: Partial<Proof> = { outcome: 'repaired', rowsRepaired: 1 }
    expect(verdictOf(withProofs(sound, one)).more).toEqual([
      'One row was found wrong since the start, and put right.',
    ])
  })

  test('polling never claims the present, and says how late changes are and why', () => {
    expect(verdictOf(sound, { link: polling, asOf: now - 4_000 })).toEqual({
      tone: 'limited',
      headline: 'Everything shown here matched the server: compared 2 min ago.',
      more: ['Changes show within 10 s instead of at once: something on the way blocks live updates.'],
    })
    const late = verdictOf(sound, { link: polling, asOf: now - 30_000 })
    expect(late.tone).toBe('stale')
    expect(late.more.join(' ')).toMatch(/The last check is late\./)
    expect(late.more.join(' ')).not.toMatch(/within 10 s/)
  })

  test('without a connection: since when, what happens next, and what the last comparison said', () => {
    const verdict = verdictOf(sound, { link: waiting, lostAt: now - 60_000, asOf: now - 61_000 })
    expect(verdict.headline).toBe('Offline since 14:04, showing stock as of 14:03:59.')
    expect(verdict.more).toEqual(['Trying again in 8 s.', 'Last compared with the server 2 min ago: equal.'])
  })

  test('a computer that cannot keep anything comes before all else', () => {
    const damaged = {
      ...sound,
      mirror: { ...sound.mirror!, integrity: { at: now, sound: false, problems: ['page 3 is never used'] } },
    }
    expect(verdictOf(damaged)).toMatchObject({
      tone: 'bad',
      headline: 'The stock file on this computer is damaged.',
    })
    expect(verdictOf(sound, { disk: 'full' }).headline).toMatch(/^Disk full: /)
  })

  test('nobody signed in, or no server yet, is nothing wrong', () => {
    const out: Partial<Status> = { link: { at: 'signed-out', because: 'asked' }, user: null, asOf: null }
    expect(verdictOf(emptyDiagnostics, out)).toMatchObject({ tone: 'idle' })
    expect(verdictOf(emptyDiagnostics, { ...out, server: null }).headline).toMatch(/^No server is set up yet/)
  })

  test('a wrong clock is said beside whatever else is so', () => {
    const said = verdictOf(sound, { clockOffsetMs: -90_000 }).more.join(' ')
    expect(said).toMatch(/The clock of this computer is 1 minute slow\./)
  })
})

describe('the report', () => {
  const server = { url: 'https://mia:secret@abc.supabase.co/path?apikey=key', embedded: false }
  const status = { ...liveStatus(now), server }
  const contents = { status, diagnostics: sound, warehouses: sampleWarehouses, about: null }

  test('holds what the screen holds, in UTC', () => {
    const text = writeReport(contents, now)
    expect(text).toContain(`diagnostics of ${new Date(now).toISOString()}`)
    expect(text).toContain('Everything shown here matches the server')
    expect(text).toContain('Berlin | Up to date | 41,902 / 41,902 | Equal 2026-')
    expect(text).toContain('live > waiting | failed: feed: offline')
    expect(text).toContain('Server: abc.supabase.co')
  })

  test('holds nothing of a session, a key or a person', () => {
    const text = writeReport(contents, now)
    for (const secret of ['secret', 'apikey', status.user?.email ?? '?', status.user?.displayName ?? '?'])
      expect(text).not.toContain(secret)
  })
})

import { expect, test } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import type { Proof } from '#shared/protocol/diagnostics.ts'
import { judge } from './judge.ts'
import { DAY_MS } from './link-times.ts'
import type { MirrorReport, Report } from './report.ts'

/* A console in good health, and what is said when one thing about it is not. */

const now = Date.parse('2026-11-23T08:00:00Z')
const HOUR = 3_600_000

const proof = (outcome: Proof['outcome'], more: Partial<Proof> = {}): Proof => ({
  at: now - HOUR,
  scope: siteScope,
  outcome,
  head: 7,
  compared: 3,
  changing: 0,
  differing: 0,
  rowsRepaired: 0,
  ...more,
})

const healthy: MirrorReport = {
  file: '/data/mirrors/mirror-0a1b2c3d.db',
  trouble: null,
  detail: null,
  owner: 'somebody',
  server: 'https://shelf.test',
  asOf: '2026-11-23T07:59:50Z',
  inUse: true,
  distrusted: false,
  fileBytes: 1_000,
  logBytes: 0,
  schemaVersion: 2,
  integrity: { sound: true, problems: [] },
  lastCheck: null,
  unreadableRows: 0,
  scopes: [{ scope: siteScope, epoch: 'e', cursor: 7, head: 7, headAt: now, lag: 0, proof: proof('equal') }],
  history: [{ at: now - 10 * HOUR, from: 'catching-up', to: 'live', by: 'caught-up', because: null }],
  times: { live: 10 * HOUR, degraded: 0, offline: 0, unknown: DAY_MS - 10 * HOUR },
  proofs: [proof('equal')],
  misses: 0,
  rowsRepaired: 0,
  comparison: null,
}
const [site] = healthy.scopes as [MirrorReport['scopes'][number]]

function judged(mirror: Partial<MirrorReport>, server: Report['server'] = null) {
  const at = new Date(now).toISOString()
  const facts = { at, version: '1', runtime: 'Node', folder: '/data', server }
  const { problems, notes } = judge({ ...facts, mirrors: [{ ...healthy, ...mirror }] })
  return { problems: problems.map(({ problem }) => problem).join('\n'), notes: notes.join('\n') }
}

const moved = (to: MirrorReport['history'][number]['to'], because: string | null) => ({
  history: [{ at: now - 2 * HOUR, from: 'live' as const, to, by: 'failed', because }],
})

test('good health is no problem', () => {
  expect(judged({}).problems).toBe('')
})

test.each<[string, Partial<MirrorReport>, RegExp]>([
  [
    'differing rows',
    { scopes: [{ ...site, proof: proof('differs', { differing: 2 }) }] },
    /site differs .* 2 buckets/,
  ],
  ['no proof in a day online', { proofs: [proof('equal', { at: now - 2 * DAY_MS })] }, /was not compared/],
  ['proofs that prove nothing', { proofs: [proof('unproven')] }, /was not compared/],
  ['a console that stays behind', { scopes: [{ ...site, cursor: 3, lag: 4 }] }, /is at 3, the server at 7/],
  ['being signed out', moved('signed-out', 'revoked'), /signed out for 2 hours/],
  ['an outage', moved('waiting', 'no-answer'), /offline for 2 hours \(no-answer\)/],
  ['a newer server', moved('incompatible', 'server-newer'), /do not fit together/],
  ['a connection that is open and silent', { misses: 3 }, /open and silent 3 times/],
  ['unreadable rows', { unreadableRows: 5 }, /5 rows that this version cannot read/],
  ['a log that grew', { logBytes: 300 * 1024 * 1024 }, /has grown to 300.0 MB/],
  ['damage', { trouble: 'damaged', detail: 'a page is lost' }, /is damaged \(a page is lost\)/],
  ['a file nobody may read', { trouble: 'unreadable', detail: 'EACCES' }, /could not be read \(EACCES\)/],
])('a problem: %s', (_, mirror, words) => {
  expect(judged(mirror).problems).toMatch(words)
})

test.each<[string, Partial<MirrorReport>, RegExp]>([
  ['polling', moved('degraded', 'websocket-blocked'), /polls instead/],
  ['rows that were put right', { rowsRepaired: 3 }, /3 rows differed .* put right/],
  [
    'no proof where it was hardly online',
    { proofs: [], times: { ...healthy.times, live: HOUR / 2 } },
    /^$|No server/,
  ],
  [
    'an old outage of a console that is closed',
    { ...moved('waiting', 'no-answer'), inUse: false },
    /^$|No server/,
  ],
])('worth a note at most: %s', (_, mirror, words) => {
  const { problems, notes } = judged(mirror)
  expect(problems).toBe('')
  expect(notes).toMatch(words)
})

test('a clock that is off by more than tokens bear is a problem, and by seconds is not', () => {
  const answers = (clockOffsetMs: number) =>
    judged(
      {},
      {
        url: 'https://shelf.test',
        from: 'settings',
        answer: { kind: 'answers', latencyMs: 9, clockOffsetMs },
      },
    )
  expect(answers(2 * HOUR).problems).toMatch(/2 hours ahead of the server/)
  expect(answers(-2 * HOUR).problems).toMatch(/2 hours behind the server/)
  expect(answers(30_000).problems).toBe('')
})

test('what answers in the server’s place is named', () => {
  const failed = (because: string) =>
    judged(
      {},
      {
        url: 'https://shelf.test',
        from: 'settings',
        answer: { kind: 'failed', because, detail: 'HTTP 407' },
      },
    )
  expect(failed('not-supabase').problems).toMatch(/is no Smart Shelf server \(HTTP 407\)/)
  expect(failed('wrong-key').problems).toMatch(/does not accept/)
  expect(failed('offline').problems).toMatch(/does not answer/)
})

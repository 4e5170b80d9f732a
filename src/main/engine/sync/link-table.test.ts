import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Failure } from '../upstream/upstream.ts'
import { linkStatus, wakeAt } from './link.ts'
import type { Link, LinkEvent, LinkEventKind, LinkState, Moment, Nudge } from './link.ts'
import { LinkStatus } from '#shared/protocol/status.ts'
import { PATIENCE_MS, STEADY_AFTER_MS, step } from './link-table.ts'

const now = 1_000_000
const moment: Moment = { now, random: () => 0.5 }
const common = { epoch: 7, network: 'up' } as const

const links: { [S in LinkState]: Extract<Link, { at: S }> } = {
  offline: { ...common, at: 'offline', since: 1, until: 2 },
  connecting: { ...common, at: 'connecting', since: 1, until: 2, attempt: 3 },
  'catching-up': {
    ...common,
    at: 'catching-up',
    since: 1,
    until: 2,
    attempt: 3,
    done: 0,
    total: 9,
    first: false,
  },
  live: { ...common, at: 'live', since: now - 1_000, attempt: 3 },
  waiting: { ...common, at: 'waiting', since: 1, until: 2, attempt: 3, because: 'no-answer' },
  'signed-out': { ...common, at: 'signed-out', because: 'asked' },
  incompatible: { ...common, at: 'incompatible', until: 2, because: 'server-newer' },
  stopped: { ...common, at: 'stopped' },
}

const offline: Failure = { kind: 'offline', detail: '' }
const events: { [K in LinkEventKind]: Extract<LinkEvent, { kind: K }> } = {
  started: { kind: 'started' },
  nudged: { kind: 'nudged', by: 'asked' },
  'network-down': { kind: 'network-down' },
  suspending: { kind: 'suspending' },
  'signed-in': { kind: 'signed-in' },
  'signed-out': { kind: 'signed-out', because: 'asked' },
  stopped: { kind: 'stopped' },
  woke: { kind: 'woke', epoch: 7 },
  streaming: { kind: 'streaming', epoch: 7 },
  progressed: { kind: 'progressed', epoch: 7, done: 4, total: 9, first: true },
  'caught-up': { kind: 'caught-up', epoch: 7 },
  failed: { kind: 'failed', epoch: 7, failure: offline, in: 'request' },
  missed: { kind: 'missed', epoch: 7 },
  regranted: { kind: 'regranted', epoch: 7 },
  incompatible: { kind: 'incompatible', epoch: 7, because: 'server-newer' },
  'disk-refused': { kind: 'disk-refused', epoch: 7 },
}
const states = Object.keys(links) as LinkState[]
const kinds = Object.keys(events) as LinkEventKind[]

/** One letter for where each event leads from each state; `.` where it changes nothing. Lower case: effects only. */
const letters = {
  offline: 'O',
  connecting: 'C',
  'catching-up': 'U',
  live: 'L',
  waiting: 'W',
  'signed-out': 'S',
  incompatible: 'I',
  stopped: 'X',
} as const satisfies Record<LinkState, string>

function outcome(from: Link, event: LinkEvent): string {
  const { link, effects } = step(from, event, moment)
  if (link === from && effects.length === 0) return '.'
  if (link.at === from.at && link.epoch === from.epoch) {
    if (effects.length > 0) return effects.map((effect) => effect.do[0]).join('')
    return link.network === from.network ? letters[link.at] : 'n'
  }
  return letters[link.at]
}

// prettier-ignore
const expected: { [S in LinkState]: { [K in LinkEventKind]: string } } = {
  offline:        { started: 'C', nudged: 'C',  'network-down': 'n', suspending: 'O', 'signed-in': 'C', 'signed-out': 'S', stopped: 'X', woke: 'C', streaming: '.', progressed: '.', 'caught-up': '.', failed: '.', missed: '.', regranted: '.', incompatible: '.', 'disk-refused': '.' },
  connecting:     { started: '.', nudged: '.',  'network-down': 'n', suspending: 'O', 'signed-in': 'C', 'signed-out': 'S', stopped: 'X', woke: 'W', streaming: 'U', progressed: '.', 'caught-up': '.', failed: 'W', missed: '.', regranted: 'C', incompatible: 'I', 'disk-refused': 'W' },
  'catching-up':  { started: '.', nudged: '.',  'network-down': 'd', suspending: 'O', 'signed-in': 'C', 'signed-out': 'S', stopped: 'X', woke: 'W', streaming: '.', progressed: 'U', 'caught-up': 'L', failed: 'W', missed: 'C', regranted: 'C', incompatible: 'I', 'disk-refused': 'W' },
  live:           { started: '.', nudged: 'dc', 'network-down': 'd', suspending: 'O', 'signed-in': 'C', 'signed-out': 'S', stopped: 'X', woke: '.', streaming: '.', progressed: 'U', 'caught-up': '.', failed: 'W', missed: 'C', regranted: 'C', incompatible: 'I', 'disk-refused': 'W' },
  waiting:        { started: '.', nudged: 'C',  'network-down': 'n', suspending: 'O', 'signed-in': 'C', 'signed-out': 'S', stopped: 'X', woke: 'C', streaming: '.', progressed: '.', 'caught-up': '.', failed: '.', missed: '.', regranted: '.', incompatible: '.', 'disk-refused': '.' },
  'signed-out':   { started: '.', nudged: '.',  'network-down': 'n', suspending: '.', 'signed-in': 'C', 'signed-out': 'S', stopped: 'X', woke: '.', streaming: '.', progressed: '.', 'caught-up': '.', failed: '.', missed: '.', regranted: '.', incompatible: '.', 'disk-refused': '.' },
  incompatible:   { started: '.', nudged: 'C',  'network-down': 'n', suspending: '.', 'signed-in': 'C', 'signed-out': 'S', stopped: 'X', woke: 'C', streaming: '.', progressed: '.', 'caught-up': '.', failed: '.', missed: '.', regranted: '.', incompatible: '.', 'disk-refused': '.' },
  stopped:        { started: '.', nudged: '.',  'network-down': '.', suspending: '.', 'signed-in': '.', 'signed-out': '.', stopped: '.', woke: '.', streaming: '.', progressed: '.', 'caught-up': '.', failed: '.', missed: '.', regranted: '.', incompatible: '.', 'disk-refused': '.' },
}

describe('every event in every state leads where the table of this test says', () => {
  for (const state of states) {
    test(state, () => {
      const found = Object.fromEntries(kinds.map((kind) => [kind, outcome(links[state], events[kind])]))
      expect(found).toEqual(expected[state])
    })
  }
})

describe('[L1] what an older connection reports changes nothing', () => {
  for (const state of states) {
    test(state, () => {
      for (const kind of kinds) {
        const event = events[kind]
        if (!('epoch' in event)) continue
        const stale = { ...event, epoch: 6 } as LinkEvent
        expect(step(links[state], stale, moment)).toEqual({ link: links[state], effects: [] })
      }
    })
  }

  test('leaving a connection always begins a new epoch and closes the feed', () => {
    for (const state of states) {
      for (const kind of kinds) {
        const { link, effects } = step(links[state], events[kind], moment)
        const left = link.epoch !== 7
        expect(effects.some((effect) => effect.do === 'disconnect')).toBe(left)
        if (link.at !== state && !['catching-up', 'live'].includes(link.at)) expect(link.epoch).toBe(8)
      }
    }
  })
})

describe('[L2] time and network alone lead back to live', () => {
  const happy: LinkEventKind[] = ['woke', 'streaming', 'caught-up']

  for (const state of states.filter((state) => !['stopped', 'signed-out'].includes(state))) {
    test(`from ${state}`, () => {
      let link: Link = links[state]
      // Every state that is not live asks to be woken; being woken leads, through waiting if need be, to a connection.
      for (let round = 0; round < 3 && link.at !== 'live'; round += 1) {
        for (const kind of happy) {
          if (link.at === 'live') break
          if (kind === 'woke') expect(wakeAt(link)).not.toBeNull()
          link = step(link, { ...events[kind], epoch: link.epoch } as LinkEvent, moment).link
        }
      }
      expect(link.at).toBe('live')
    })
  }

  test('from signed-out by signing in', () => {
    expect(step(links['signed-out'], { kind: 'signed-in' }, moment).link.at).toBe('connecting')
  })

  test('whatever happens in whatever order, the link is live, final, or asks to be woken', () => {
    const failures: Failure[] = [
      offline,
      { kind: 'retry', because: 'rate-limited', afterMs: 60_000, detail: '' },
      { kind: 'retry', because: 'server-error', afterMs: null, detail: '' },
      { kind: 'not-supabase', detail: '' },
      { kind: 'wrong-key', detail: '' },
      { kind: 'refused', code: 'x', detail: '' },
      { kind: 'signed-out', because: 'revoked', detail: '' },
    ]
    const nudges: Nudge[] = ['resumed', 'clock-jumped', 'network-up', 'unlocked', 'focused', 'asked']
    const anyEvent = fc.oneof(
      fc.constantFrom(...kinds.filter((kind) => kind !== 'stopped')).map((kind) => events[kind]),
      fc
        .tuple(fc.constantFrom(...failures), fc.constantFrom('request' as const, 'feed' as const))
        .map(([failure, where]): LinkEvent => ({ kind: 'failed', epoch: 7, failure, in: where })),
      fc.constantFrom(...nudges).map((by): LinkEvent => ({ kind: 'nudged', by })),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(anyEvent, fc.nat(70_000))), (story) => {
        let link: Link = links.offline
        let at = now
        for (const [event, passedMs] of story) {
          at += passedMs
          const current: LinkEvent = 'epoch' in event ? { ...event, epoch: link.epoch } : event
          link = step(link, current, { now: at, random: () => 0.5 }).link
          expect(LinkStatus.safeParse(linkStatus(link)).success).toBe(true)
          if (link.at === 'live' || link.at === 'signed-out') continue
          const alarm = wakeAt(link)
          expect(alarm).not.toBeNull()
          expect((alarm ?? 0) - at).toBeLessThanOrEqual(5 * 60_000 + 1_000)
        }
      }),
    )
  })
})

describe('how long, and why', () => {
  const fail = (from: Link, failure: Failure, where: 'request' | 'feed' = 'request') =>
    step(from, { kind: 'failed', epoch: 7, failure, in: where }, moment).link

  test.each([
    [offline, 'request', 'no-answer'],
    [{ kind: 'retry', because: 'rate-limited', afterMs: null, detail: '' }, 'request', 'rate-limited'],
    [{ kind: 'retry', because: 'server-error', afterMs: null, detail: '' }, 'feed', 'server-error'],
    [{ kind: 'not-supabase', detail: '' }, 'request', 'not-supabase'],
    [{ kind: 'wrong-key', detail: '' }, 'request', 'wrong-key'],
    [{ kind: 'refused', code: 'Unauthorized', detail: '' }, 'feed', 'realtime-refused'],
    [{ kind: 'refused', code: '42501', detail: '' }, 'request', 'server-error'],
  ] as const)('%o in a %s is called %s', (failure, where, because) => {
    expect(fail(links.connecting, failure, where)).toMatchObject({ at: 'waiting', because, attempt: 4 })
  })

  test('without a network the wait says so', () => {
    expect(fail({ ...links.connecting, network: 'down' }, offline)).toMatchObject({ because: 'no-network' })
  })

  test.each([
    ['no-session', 'never-signed-in'],
    ['session-ended', 'session-ended'],
    ['revoked', 'revoked'],
  ] as const)('a session that is over (%s) is told as %s', (because, told) => {
    expect(fail(links.live, { kind: 'signed-out', because, detail: '' })).toMatchObject({
      at: 'signed-out',
      because: told,
    })
  })

  test('a connection that held a minute is forgiven its earlier failures, a shorter one is not', () => {
    const steady = { ...links.live, since: now - STEADY_AFTER_MS }
    expect(fail(steady, offline)).toMatchObject({ attempt: 1 })
    expect(fail(links.live, offline)).toMatchObject({ attempt: 4 })
  })

  test('a wait the server asked for is kept, and only a person may cut it short', () => {
    const failure: Failure = { kind: 'retry', because: 'rate-limited', afterMs: 60_000, detail: '' }
    const waiting = fail(links.live, failure)
    expect(waiting).toMatchObject({ at: 'waiting', until: now + 60_500 })
    const nudge = (by: Nudge) => step(waiting, { kind: 'nudged', by }, moment).link.at
    expect(nudge('focused')).toBe('waiting')
    expect(nudge('network-up')).toBe('waiting')
    expect(nudge('asked')).toBe('connecting')
  })

  test('connecting and catching up are not waited for longer than a minute without a sign', () => {
    const connecting = step(links.offline, { kind: 'started' }, moment).link
    expect(wakeAt(connecting)).toBe(now + PATIENCE_MS)
    const progressed = step(links['catching-up'], events.progressed, moment).link
    expect(wakeAt(progressed)).toBe(now + PATIENCE_MS)
  })

  test('[L3] after a sleep a live link is not called live until it has proved itself again', () => {
    for (const by of ['resumed', 'clock-jumped'] as const) {
      expect(step(links.live, { kind: 'nudged', by }, moment).link.at).toBe('connecting')
    }
  })

  test('[L3] falling behind while live is told', () => {
    expect(step(links.live, events.progressed, moment).link).toMatchObject({
      at: 'catching-up',
      done: 4,
      total: 9,
    })
  })

  test('the network is marked up again by the signal that says so', () => {
    const down = step(links.waiting, { kind: 'network-down' }, moment).link
    expect(down.network).toBe('down')
    expect(step(down, { kind: 'nudged', by: 'network-up' }, moment).link.network).toBe('up')
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LinkStatus } from '#shared/protocol/status.ts'
import type { Failure } from '../upstream/upstream.ts'
import {
  linkEventKinds,
  linkStates,
  offlineFailure,
  rateLimited,
  sampleEvents,
  sampleNow,
} from '#test/harness/link-samples.ts'
import { initialLink, linkStatus, wakeAt } from './link.ts'
import type { Effect, Link, LinkEvent, Nudge } from './link.ts'
import { step } from './link-table.ts'
import { TRY_AT_MOST_EVERY_MS } from './moves/nudge.ts'

/*
 * Stories of up to a hundred events in any order, right or wrong for the state they meet, with time passing, and now and
 * then a wall clock that jumps by hours. A failing run prints its seed and path; `fc.assert(…, { seed, path })` repeats it.
 */

const HOUR_MS = 3_600_000
/** Nothing is waited for longer: five minutes asked for by a server, and their spread. */
const LONGEST_ALARM_MS = 360_000

const failures: Failure[] = [
  offlineFailure,
  rateLimited(),
  rateLimited(60_000),
  rateLimited(24 * HOUR_MS),
  { kind: 'retry', because: 'server-error', afterMs: null, detail: '' },
  { kind: 'retry', because: 'server-error', afterMs: null, detail: '', websocket: 'unopened' },
  { kind: 'not-supabase', detail: '' },
  { kind: 'wrong-key', detail: '' },
  { kind: 'refused', code: 'Unauthorized', detail: '' },
  { kind: 'signed-out', because: 'revoked', detail: '' },
]
const nudges: Nudge[] = ['resumed', 'clock-jumped', 'network-up', 'unlocked', 'focused', 'asked']

const anyEvent: fc.Arbitrary<LinkEvent> = fc.oneof(
  fc
    .constantFrom(...linkEventKinds.filter((kind) => kind !== 'stopped'))
    .map((kind): LinkEvent => sampleEvents[kind]),
  // What makes a link live, more often than chance would.
  fc
    .constantFrom('woke' as const, 'streaming' as const, 'caught-up' as const, 'missed' as const)
    .map((kind) => sampleEvents[kind]),
  fc
    .tuple(fc.constantFrom(...failures), fc.constantFrom('request' as const, 'feed' as const))
    .map(([failure, where]): LinkEvent => ({ kind: 'failed', epoch: 0, failure, in: where })),
  fc.constantFrom(...nudges).map((by): LinkEvent => ({ kind: 'nudged', by })),
  fc
    .constantFrom('deaf' as const, 'rate-limited' as const)
    .map((because): LinkEvent => ({ kind: 'feedless', epoch: 0, because })),
)
const passing = fc.oneof(
  { weight: 8, arbitrary: fc.nat(2_000) },
  { weight: 4, arbitrary: fc.nat(70_000) },
  { weight: 1, arbitrary: fc.integer({ min: -12 * HOUR_MS, max: 12 * HOUR_MS }) },
)
const die = fc.double({ min: 0, max: 0.999_999, noNaN: true })
const runs = { numRuns: 1_000 }
const story = fc.array(fc.record({ event: anyEvent, passedMs: passing, thrown: die }), { maxLength: 100 })

interface Told {
  before: Link
  event: LinkEvent
  after: Link
  effects: Effect[]
  now: number
}

/** Tells the story to a new link, each event as if it came from the connection of the moment. */
function tellStory(events: { event: LinkEvent; passedMs: number; thrown: number }[]): {
  told: Told[]
  link: Link
  now: number
} {
  let link = initialLink(sampleNow)
  let now = sampleNow
  const told = events.map(({ event: sample, passedMs, thrown }): Told => {
    now += passedMs
    const before = link
    const event = current(sample, before)
    const { link: after, effects } = step(before, event, { now, random: () => thrown })
    link = after
    return { before, event, after, effects, now }
  })
  return { told, link, now }
}

/** Of the connection of the moment; no event of `chosen` polling, which never means to be live. */
const current = (event: LinkEvent, link: Link): LinkEvent => {
  if (event.kind === 'feedless') {
    return { ...event, epoch: link.epoch, because: event.because === 'chosen' ? 'deaf' : event.because }
  }
  return 'epoch' in event ? { ...event, epoch: link.epoch } : event
}

test('the stories lead to every state, and to every reason for being without a feed', () => {
  const links = fc
    .sample(story, { numRuns: 1_000, seed: 1 })
    .flatMap((events) => tellStory(events).told.map(({ after }) => after))
  const states = new Set(links.map((link) => link.at))
  expect([...states].sort()).toEqual(linkStates.filter((state) => state !== 'stopped').sort())
  const reasons = new Set(links.flatMap((link) => (link.at === 'degraded' ? [link.because] : [])))
  expect([...reasons].sort()).toEqual(['deaf', 'rate-limited', 'realtime-refused', 'websocket-blocked'])
})

test('[L2] from every state that a story leads to, time and network alone, and signing in, lead to live', () => {
  fc.assert(
    fc.property(story, fc.nat(5), (events, failuresFirst) => {
      let { link, now } = tellStory(events)
      let failing = failuresFirst
      let open: Effect[] = []
      const tell = (event: LinkEvent): void => {
        const made = step(link, event, { now, random: () => 0.5 })
        link = made.link
        open = [...open, ...made.effects].filter(
          (effect) => effect.do !== 'disconnect' && effect.epoch === link.epoch,
        )
      }
      // What the story had begun is lost with it: only alarms, and what they begin, bring the link back.
      for (let round = 0; link.at !== 'live'; round += 1) {
        expect(round).toBeLessThan(60)
        const work = open.shift()
        if (work === undefined) {
          if (link.at === 'signed-out') tell({ kind: 'signed-in' })
          else {
            const alarm = wakeAt(link)
            expect(alarm).not.toBeNull()
            now = Math.max(now, alarm ?? 0)
            tell({ kind: 'woke', epoch: link.epoch })
          }
        } else if (failing > 0 && work.do !== 'hang-up') {
          failing -= 1
          const where = work.do === 'listen' ? 'feed' : 'request'
          tell({ kind: 'failed', epoch: link.epoch, failure: offlineFailure, in: where })
        } else answer(work, tell)
      }
    }),
    runs,
  )
})

/** The network is there, the server well. */
function answer(work: Effect, tell: (event: LinkEvent) => void): void {
  switch (work.do) {
    case 'connect':
      if (work.without !== null) return tell({ kind: 'feedless', epoch: work.epoch, because: work.without })
      return tell({ kind: 'streaming', epoch: work.epoch })
    case 'listen':
      return tell({ kind: 'streaming', epoch: work.epoch })
    case 'catch-up':
      return tell({ kind: 'caught-up', epoch: work.epoch })
    default:
      return
  }
}

describe('in every story', () => {
  const inEvery = (check: (told: Told) => void): void => {
    fc.assert(
      fc.property(story, (events) => tellStory(events).told.forEach(check)),
      runs,
    )
  }

  test('[L1] no event of an older connection changes anything', () => {
    inEvery(({ after, now }) => {
      for (const kind of linkEventKinds) {
        const event = sampleEvents[kind]
        if (!('epoch' in event)) continue
        const stale = { ...event, epoch: after.epoch - 1 } as LinkEvent
        expect(step(after, stale, { now, random: () => 0.5 })).toEqual({ link: after, effects: [] })
      }
    })
  })

  test('[L3] live is entered only by a pull that ends while a feed streams, degraded only without one', () => {
    inEvery(({ before, event, after }) => {
      if (after.at === before.at || (after.at !== 'live' && after.at !== 'degraded')) return
      expect(event.kind).toBe('caught-up')
      expect(before.at).toBe('catching-up')
      expect(before).toMatchObject(
        after.at === 'live' ? { without: null } : { without: expect.any(String) as string },
      )
    })
  })

  test('[L3] a lost feed is never called live for another moment', () => {
    inEvery(({ before, event, after }) => {
      if (event.kind === 'failed' && before.at === 'live') expect(after.at).not.toBe('live')
    })
  })

  test('[L2] whatever is not live or signed out asks to be woken, and soon', () => {
    inEvery(({ before, after, now }) => {
      if (after.at === 'live' || after.at === 'signed-out') return
      const alarm = wakeAt(after)
      expect(alarm).not.toBeNull()
      // What was set before a wall clock jumped says little of when its timer fires.
      if (alarm === wakeAt(before)) return
      expect((alarm ?? 0) - now).toBeGreaterThanOrEqual(0)
      expect((alarm ?? 0) - now).toBeLessThanOrEqual(LONGEST_ALARM_MS)
    })
  })

  test('no nudge begins a connection within a second of the last', () => {
    fc.assert(
      fc.property(story, (events) => {
        let last: number | null = null
        for (const { event, effects, now } of tellStory(events).told) {
          if (!effects.some((effect) => effect.do === 'connect')) continue
          if (event.kind === 'nudged' && last !== null && now >= last) {
            expect(now - last).toBeGreaterThanOrEqual(TRY_AT_MOST_EVERY_MS)
          }
          last = now
        }
      }),
      runs,
    )
  })

  test('the status is one that a window can read', () => {
    inEvery(({ after }) => {
      expect(LinkStatus.safeParse(linkStatus(after)).success).toBe(true)
    })
  })
})

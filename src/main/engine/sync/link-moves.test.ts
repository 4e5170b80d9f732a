import { describe, expect, test } from 'vitest'
import type { Failure } from '../upstream/upstream.ts'
import {
  offlineFailure,
  rateLimited,
  sampleEvents,
  sampleLinks,
  sampleNow as now,
} from '#test/harness/link-samples.ts'
import { LONGEST_WAIT_MS } from './backoff.ts'
import { linkStatus, PATIENCE_MS, wakeAt } from './link.ts'
import type { Link, LinkAt, LinkEvent, Moment, Nudge, Step } from './link.ts'
import { step } from './link-table.ts'
import { STEADY_AFTER_MS } from './moves/fail.ts'
import { DEAF_FOR_MS, DEAF_WITHIN_MS } from './moves/feed.ts'

const at = (ms: number, random = 0.5): Moment => ({ now: now + ms, random: () => random })
const moment = at(0)

const tell = (from: Link, event: LinkEvent, when = moment): Step =>
  step(from, 'epoch' in event ? { ...event, epoch: from.epoch } : event, when)
const fail = (from: Link, failure: Failure, where: 'request' | 'feed' = 'request', when = moment): Link =>
  tell(from, { kind: 'failed', epoch: 0, failure, in: where }, when).link
const nudge = (from: Link, by: Nudge, when = moment): Link => tell(from, { kind: 'nudged', by }, when).link
const deeds = (made: Step): string[] => made.effects.map((effect) => effect.do)

const refused: Failure = { kind: 'refused', code: 'Unauthorized', detail: '' }

describe('how long a wait is, and why', () => {
  test.each([
    [offlineFailure, 'request', 'no-answer'],
    [rateLimited(), 'request', 'rate-limited'],
    [{ kind: 'retry', because: 'server-error', afterMs: null, detail: '' }, 'feed', 'server-error'],
    [{ kind: 'not-supabase', detail: '' }, 'request', 'not-supabase'],
    [{ kind: 'wrong-key', detail: '' }, 'request', 'wrong-key'],
    [refused, 'feed', 'server-error'],
    [{ kind: 'refused', code: '42501', detail: '' }, 'request', 'server-error'],
  ] as const)('%o in a %s is told as %s', (failure, where, because) => {
    expect(fail(sampleLinks.live, failure, where)).toMatchObject({ at: 'waiting', because })
  })

  test('without a network the wait says so', () => {
    expect(fail({ ...sampleLinks.connecting, network: 'down' }, offlineFailure)).toMatchObject({
      because: 'no-network',
    })
  })

  test.each([
    ['no-session', 'never-signed-in'],
    ['session-ended', 'session-ended'],
    ['revoked', 'revoked'],
  ] as const)('a session that is over (%s) is told as %s', (because, told) => {
    expect(fail(sampleLinks.live, { kind: 'signed-out', because, detail: '' })).toMatchObject({
      at: 'signed-out',
      because: told,
    })
  })

  test('a connection that held a minute is forgiven its earlier failures, a shorter one is not', () => {
    for (const link of [sampleLinks.live, sampleLinks.degraded]) {
      expect(fail({ ...link, since: now - STEADY_AFTER_MS }, offlineFailure)).toMatchObject({ attempt: 1 })
      expect(fail(link, offlineFailure)).toMatchObject({ attempt: 4 })
    }
  })

  test('a wait the server asked for is kept, and only a person may cut it short', () => {
    const waiting = fail(sampleLinks.live, rateLimited(60_000))
    expect(waiting).toMatchObject({ at: 'waiting', until: now + 66_000 })
    for (const by of ['focused', 'unlocked', 'network-up', 'resumed', 'clock-jumped'] as const) {
      expect(nudge(waiting, by)).toEqual(waiting)
    }
    expect(nudge(waiting, 'asked').at).toBe('connecting')
  })

  test('connecting and catching up are not waited for longer than a minute without a sign', () => {
    expect(wakeAt(tell(sampleLinks.offline, { kind: 'started' }).link)).toBe(now + PATIENCE_MS)
    for (const link of [sampleLinks['catching-up'], sampleLinks.live, sampleLinks.degraded]) {
      expect(wakeAt(tell(link, sampleEvents.progressed).link)).toBe(now + PATIENCE_MS)
    }
  })

  test('[L3] after a sleep neither live nor degraded is claimed until it has proved itself again', () => {
    for (const by of ['resumed', 'clock-jumped'] as const) {
      expect(nudge(sampleLinks.live, by).at).toBe('connecting')
      expect(nudge(sampleLinks.degraded, by).at).toBe('connecting')
    }
  })

  test('[L3] falling behind is told, with a feed and without one', () => {
    const behind = { at: 'catching-up', done: 4, total: 9 }
    expect(tell(sampleLinks.live, sampleEvents.progressed).link).toMatchObject({ ...behind, without: null })
    expect(tell(sampleLinks.degraded, sampleEvents.progressed).link).toMatchObject({
      ...behind,
      without: 'websocket-blocked',
    })
  })

  test('the network is marked up again by the signal that says so', () => {
    const down = tell(sampleLinks.waiting, { kind: 'network-down' }).link
    expect(down.network).toBe('down')
    expect(nudge(down, 'network-up').network).toBe('up')
  })
})

describe('nudges: a hall does not come back in step, and nobody hammers', () => {
  test('a network that comes back is tried within a second, each station at its own moment', () => {
    const when = [0.001, 0.25, 0.5, 0.999].map((random) => {
      const link = nudge(sampleLinks.waiting, 'network-up', at(0, random))
      expect(link).toMatchObject({ at: 'waiting', attempt: 0 })
      return (wakeAt(link) ?? 0) - now
    })
    expect(when).toEqual([1, 250, 500, 999])
  })

  test('a flapping network puts the try neither off nor on again and again', () => {
    let link: Link = nudge(sampleLinks.waiting, 'network-up', at(0, 0.4))
    const due = wakeAt(link)!
    for (let ms = 50; ms < 400; ms += 50) {
      link = tell(link, { kind: 'network-down' }, at(ms)).link
      link = nudge(link, 'network-up', at(ms, 0.999))
      expect(wakeAt(link)).toBe(due)
    }
    link = tell(link, { kind: 'woke', epoch: 0 }, at(400)).link
    expect(link.at).toBe('connecting')
    const { epoch } = link
    for (let ms = 450; ms < 1_400; ms += 50) link = nudge(link, 'network-up', at(ms))
    expect(link).toMatchObject({ at: 'connecting', epoch })
  })

  test('a finger that does not stop clicking begins at most one try a second', () => {
    let link: Link = sampleLinks.waiting
    let tries = 0
    for (let ms = 0; ms < 10_000; ms += 20) {
      const due: boolean = (wakeAt(link) ?? Infinity) <= now + ms
      const { link: next, effects }: Step = due
        ? tell(link, { kind: 'woke', epoch: 0 }, at(ms))
        : tell(link, { kind: 'nudged', by: 'asked' }, at(ms))
      tries += effects.filter((effect) => effect.do === 'connect').length
      // Each try fails as quickly as it can.
      link = next.at === 'connecting' ? fail(next, offlineFailure, 'request', at(ms)) : next
    }
    expect(tries).toBe(10)
  })

  test('a click soon after the last try waits out its second, and no longer', () => {
    const link = nudge({ ...sampleLinks.waiting, connectedAt: now - 300 }, 'asked')
    expect(link).toMatchObject({ at: 'waiting', attempt: 0, until: now + 700 })
    const incompatible = nudge({ ...sampleLinks.incompatible, connectedAt: now - 300 }, 'asked')
    expect(incompatible).toMatchObject({ at: 'incompatible', until: now + 700 })
  })

  test('a wall clock that was set back does not make the last try a recent one for hours', () => {
    const link = { ...sampleLinks.waiting, connectedAt: now + 3_600_000 }
    expect(nudge(link, 'asked').at).toBe('connecting')
  })

  test('what announces the same return twice, a wake-up and a clock that ran away, connects once', () => {
    const connecting = nudge(sampleLinks.live, 'resumed')
    expect(nudge(connecting, 'clock-jumped', at(400))).toMatchObject({ epoch: connecting.epoch })
    expect(nudge(connecting, 'network-up', at(900))).toMatchObject({ epoch: connecting.epoch })
  })

  test('a live hall whose network comes back looks at its own moments, and doubts its sockets', () => {
    const { effects } = tell(sampleLinks.live, { kind: 'nudged', by: 'network-up' }, at(0, 0.3))
    expect(effects).toEqual([
      { do: 'doubt', epoch: 7 },
      { do: 'catch-up', epoch: 7, afterMs: 300 },
    ])
  })
})

describe('degraded: questions are answered, realtime is not to be had', () => {
  const without = (failure: Failure): LinkAt<'degraded'> => {
    const pulling = fail(sampleLinks.connecting, failure, 'feed')
    expect(pulling.at).toBe('catching-up')
    return tell(pulling, sampleEvents['caught-up']).link as LinkAt<'degraded'>
  }

  test.each([
    [refused, 'realtime-refused'],
    [{ kind: 'refused', code: 'websocket-403', detail: '', websocket: 'unopened' }, 'websocket-blocked'],
    [{ kind: 'refused', code: 'websocket-401', detail: '' }, 'realtime-refused'],
    [
      { kind: 'retry', because: 'server-error', afterMs: null, detail: '', websocket: 'unopened' },
      'websocket-blocked',
    ],
    [{ kind: 'retry', because: 'server-error', afterMs: null, detail: '' }, 'realtime-refused'],
    [{ kind: 'offline', detail: '', websocket: 'unopened' }, 'websocket-blocked'],
    [offlineFailure, 'websocket-blocked'],
    [{ kind: 'not-supabase', detail: '' }, 'websocket-blocked'],
    [{ kind: 'wrong-key', detail: '' }, 'realtime-refused'],
    [rateLimited(), 'rate-limited'],
    [{ ...rateLimited(), websocket: 'unopened' }, 'rate-limited'],
  ] as const)('%o is told as %s', (failure, because) => {
    expect(linkStatus(without(failure))).toMatchObject({ at: 'degraded', because, pollEveryMs: 10_000 })
  })

  test('[L3] it is entered only by a pull that came to its end; one that fails is waited for', () => {
    const pulling = fail(sampleLinks.connecting, refused, 'feed')
    expect(fail(pulling, offlineFailure)).toMatchObject({ at: 'waiting', because: 'no-answer', attempt: 4 })
  })

  test('the feed is tried again after 1 s to 30 s, without end, and the state does not flicker', () => {
    let link: Link = without(refused)
    const { since } = link
    let elapsed = 0
    for (let round = 0; round < 200; round += 1) {
      const waitedMs = wakeAt(link)! - now - elapsed
      expect(waitedMs).toBeGreaterThanOrEqual(1_000)
      expect(waitedMs).toBeLessThanOrEqual(LONGEST_WAIT_MS)
      elapsed += waitedMs
      const tried = tell(link, sampleEvents.woke, at(elapsed, (round % 10) / 10))
      expect(deeds(tried)).toEqual(['listen'])
      expect(linkStatus(tried.link)).toMatchObject({ at: 'degraded', since, until: now + elapsed })
      elapsed += 500
      link = fail(tried.link, refused, 'feed', at(elapsed, (round % 10) / 10))
      expect(link).toMatchObject({ at: 'degraded', since, epoch: 7 })
    }
    expect(link).toMatchObject({ attempt: 204 })
  })

  test('a feed that says nothing for a minute is given up, and tried again', () => {
    const trying = tell(without(refused), sampleEvents.woke).link
    expect(wakeAt(trying)).toBe(now + PATIENCE_MS)
    const given = tell(trying, sampleEvents.woke, at(PATIENCE_MS))
    expect(deeds(given)).toEqual(['hang-up'])
    expect(given.link).toMatchObject({ at: 'degraded', because: 'websocket-blocked', trying: false })
    expect(deeds(tell(given.link, sampleEvents.woke, at(2 * PATIENCE_MS)))).toEqual(['listen'])
  })

  test('[L3] a feed that streams leads to live by way of a pull that begins then', () => {
    const trying = tell(without(refused), sampleEvents.woke).link
    const streaming = tell(trying, sampleEvents.streaming)
    expect(streaming.link).toMatchObject({ at: 'catching-up', without: null })
    expect(deeds(streaming)).toEqual(['catch-up'])
    expect(tell(streaming.link, sampleEvents['caught-up']).link.at).toBe('live')
  })

  test('a feed that streams while a long pull without one runs is taken, after one more pull', () => {
    const behind = tell(tell(without(refused), sampleEvents.woke).link, sampleEvents.progressed).link
    const streaming = tell(behind, sampleEvents.streaming)
    expect(streaming.link).toMatchObject({ at: 'catching-up', without: null, done: 4 })
    expect(deeds(streaming)).toEqual(['catch-up'])
    const again = fail(behind, rateLimited(60_000), 'feed')
    expect(again).toMatchObject({ at: 'catching-up', without: 'rate-limited' })
    expect(tell(again, sampleEvents['caught-up']).link).toMatchObject({ until: now + 66_000 })
  })

  test('what is granted meanwhile is listened to by the feed that is being opened', () => {
    expect(deeds(tell({ ...sampleLinks.degraded, trying: true }, sampleEvents.regranted))).toEqual(['listen'])
  })

  test('a network that comes back is tried within a second, beside the polls', () => {
    const { link, effects } = tell(sampleLinks.degraded, { kind: 'nudged', by: 'network-up' }, at(0, 0.3))
    expect(link).toMatchObject({ at: 'degraded', until: now + 300 })
    expect(effects).toEqual([{ do: 'catch-up', epoch: 7, afterMs: 300 }])
  })

  test('a person who clicks and clicks begins one try for a feed a second', () => {
    const clicked = nudge(sampleLinks.degraded, 'asked')
    expect(clicked).toMatchObject({ trying: true, triedAt: now })
    const failed = fail(clicked, refused, 'feed', at(10))
    expect(nudge(failed, 'asked', at(20))).toMatchObject({ trying: false, until: now + 1_000 })
  })

  test('polling that was chosen never listens, whatever happens, and pulls when it is nudged', () => {
    const pulling = tell(sampleLinks.connecting, sampleEvents.feedless).link
    const chosen = tell(pulling, sampleEvents['caught-up']).link
    expect(linkStatus(chosen)).toMatchObject({ at: 'degraded', because: 'chosen', until: null })
    expect(wakeAt(chosen)).toBeNull()
    for (const by of ['asked', 'focused', 'unlocked', 'network-up'] as const) {
      expect(deeds(tell(chosen, { kind: 'nudged', by }))).toEqual(['catch-up'])
    }
    expect(tell(chosen, sampleEvents.woke)).toEqual({ link: chosen, effects: [] })
  })
})

describe('the limits of the server are respected', () => {
  test('a feed that is closed for a limit is not opened again at once: it polls, and backs off', () => {
    const { link, effects } = tell(sampleLinks.live, {
      kind: 'failed',
      epoch: 7,
      failure: rateLimited(),
      in: 'feed',
    })
    expect(effects).toEqual([{ do: 'catch-up', epoch: 7, afterMs: 500 }])
    const degraded = tell(link, sampleEvents['caught-up']).link
    // The first try after a limit is spread over 15 s already, as if it were the fourth.
    expect(degraded).toMatchObject({ at: 'degraded', because: 'rate-limited', until: now + 8_500 })
  })

  test('what the server asked for outlives a lost connection: connecting goes without a feed', () => {
    const limited = fail(sampleLinks.connecting, rateLimited(120_000), 'feed')
    const waiting = fail(limited, offlineFailure)
    const again = tell(waiting, sampleEvents.woke, at(60_000))
    expect(again.effects).toContainEqual({ do: 'connect', epoch: 9, without: 'rate-limited' })
    const pulling = tell(again.link, { kind: 'feedless', epoch: 0, because: 'rate-limited' }, at(60_000)).link
    expect(tell(pulling, sampleEvents['caught-up'], at(60_000)).link).toMatchObject({
      at: 'degraded',
      because: 'rate-limited',
      until: now + 132_000,
    })
    const later = tell(waiting, sampleEvents.woke, at(140_000))
    expect(later.effects).toContainEqual({ do: 'connect', epoch: 9, without: null })
  })

  test('a wall clock that was set back does not make a limit last for hours', () => {
    const limited = {
      ...sampleLinks.waiting,
      shun: { because: 'rate-limited' as const, until: now + 3_600_000 },
    }
    const { effects } = tell(limited, sampleEvents.woke)
    expect(effects).toContainEqual({ do: 'connect', epoch: 8, without: null })
  })

  test('only a person overrides it', () => {
    const shun = { because: 'rate-limited' as const, until: now + 60_000 }
    const limited = { ...sampleLinks.degraded, because: shun.because, until: shun.until, shun }
    for (const by of ['focused', 'unlocked', 'network-up'] as const) {
      const { link, effects } = tell(limited, { kind: 'nudged', by })
      expect(link).toMatchObject({ trying: false, until: shun.until })
      expect(effects.map((effect) => effect.do)).toEqual(['catch-up'])
    }
    expect(nudge(limited, 'asked')).toMatchObject({ trying: true, shun: null })
  })
})

describe('[L3] a deaf feed is not called live', () => {
  const missOnce = (): Step => tell(sampleLinks.live, sampleEvents.missed)
  const liveAgain: Link = { ...sampleLinks.live, rebuiltAt: now }

  test('the first miss builds the feed anew', () => {
    const { link, effects } = missOnce()
    expect(link).toMatchObject({ at: 'connecting', rebuiltAt: now })
    expect(effects).toContainEqual({ do: 'connect', epoch: 8, without: null })
  })

  test('a second one within ten minutes hangs up, polls, and says deaf for five minutes', () => {
    const { link, effects } = tell(liveAgain, sampleEvents.missed, at(DEAF_WITHIN_MS - 1))
    expect(effects.map((effect) => effect.do)).toEqual(['hang-up', 'catch-up'])
    const deaf = tell(link, sampleEvents['caught-up'], at(DEAF_WITHIN_MS)).link
    expect(linkStatus(deaf)).toMatchObject({ at: 'degraded', because: 'deaf' })
    const leftAloneMs = wakeAt(deaf)! - now - DEAF_WITHIN_MS
    expect(leftAloneMs).toBeGreaterThanOrEqual(DEAF_FOR_MS - 1)
    expect(leftAloneMs).toBeLessThanOrEqual(DEAF_FOR_MS + 30_000)
  })

  test('one after ten minutes is chance again', () => {
    expect(tell(liveAgain, sampleEvents.missed, at(DEAF_WITHIN_MS)).link.at).toBe('connecting')
  })

  test('a lost connection does not give a deaf feed another chance before its time', () => {
    const deaf = tell(liveAgain, sampleEvents.missed, at(1_000)).link
    const waiting = fail(deaf, offlineFailure, 'request', at(2_000))
    const { effects } = tell(waiting, sampleEvents.woke, at(10_000))
    expect(effects).toContainEqual({ do: 'connect', epoch: 9, without: 'deaf' })
  })

  test('tried again after its time, one more miss is enough', () => {
    const shun = { because: 'deaf' as const, until: now }
    const deaf: Link = {
      ...sampleLinks.degraded,
      because: 'deaf',
      shun,
      until: now,
      rebuiltAt: now - DEAF_FOR_MS,
    }
    const streaming = tell(tell(deaf, sampleEvents.woke).link, sampleEvents.streaming).link
    const live = tell(streaming, sampleEvents['caught-up']).link
    expect(live).toMatchObject({ at: 'live', rebuiltAt: now, shun: null })
    expect(tell(live, sampleEvents.missed, at(DEAF_WITHIN_MS - 1)).link).toMatchObject({ without: 'deaf' })
  })

  test('a miss that is noticed after the feed has gone says nothing', () => {
    const polling: Link = { ...sampleLinks['catching-up'], without: 'rate-limited' }
    expect(tell(polling, sampleEvents.missed)).toEqual({ link: polling, effects: [] })
  })
})

import { beforeEach, describe, expect, test } from 'vitest'
import { manualClock } from '#test/harness/manual-clock.ts'
import type { Failure, FeedEvents, Outcome, Upstream } from '../upstream/upstream.ts'
import { createDrillGate } from './drill-gate.ts'

/* The gate behaves as a pulled cable, towards both sides. */

const clock = manualClock()
let asked: string[]
let reply: ((outcome: Outcome<never>) => void) | null
let inner: FeedEvents | null
let closed: number
let heard: string[]

const upstream = {
  restUser: async () => null,
  signOut: async () => void asked.push('signOut'),
  pull: () =>
    new Promise((resolve) => {
      asked.push('pull')
      reply = resolve
    }),
  push: async () => {
    asked.push('push')
    return { kind: 'settled', value: [] }
  },
  listen: (_scopes: unknown, events: FeedEvents) => {
    inner = events
    return { heartbeat: async () => true, close: async () => void (closed += 1) }
  },
} as unknown as Upstream

const events: FeedEvents = {
  streaming: () => heard.push('streaming'),
  poke: () => heard.push('poke'),
  moved: () => heard.push('moved'),
  lost: (failure: Failure) => heard.push(`lost ${failure.kind}`),
}

beforeEach(() => {
  asked = []
  heard = []
  closed = 0
  inner = null
  reply = null
})

describe('open', () => {
  test('everything passes, both ways', async () => {
    const gate = createDrillGate(clock)
    const server = gate.over(upstream)
    expect(await server.push([])).toEqual({ kind: 'settled', value: [] })
    const feed = server.listen([], events)
    inner?.streaming()
    expect(heard).toEqual(['streaming'])
    expect(await feed.heartbeat(1)).toBe(true)
    await feed.close()
    inner?.lost({ kind: 'offline', detail: '' })
    expect(heard).toEqual(['streaming'])
  })
})

describe('shut', () => {
  test('a question under way is never answered, though the server may have heard it', async () => {
    const gate = createDrillGate(clock)
    const answer = gate.over(upstream).pull([], 1)
    gate.shut()
    expect(await answer).toMatchObject({ kind: 'offline' })
    reply?.({ kind: 'settled', value: undefined as never })
    expect(asked).toEqual(['pull'])
  })

  test('no new question leaves the station; what rests on it is still there', async () => {
    const gate = createDrillGate(clock)
    const server = gate.over(upstream)
    gate.shut()
    expect(await server.push([])).toMatchObject({ kind: 'offline' })
    expect(asked).toEqual([])
    expect(await server.restUser()).toBeNull()
    await server.signOut()
    expect(asked).toEqual(['signOut'])
  })

  test('[L1] a feed is lost once, and silent from then on', async () => {
    const gate = createDrillGate(clock)
    const feed = gate.over(upstream).listen([], events)
    inner?.streaming()
    gate.shut()
    inner?.streaming()
    inner?.lost({ kind: 'offline', detail: '' })
    expect(heard).toEqual(['streaming', 'lost offline'])
    expect(closed).toBe(1)
    expect(await feed.heartbeat(1)).toBe(false)
  })

  test('a feed that is opened then is lost a turn later, unless it was closed', async () => {
    const gate = createDrillGate(clock)
    gate.shut()
    gate.over(upstream).listen([], events)
    expect(heard).toEqual([])
    await clock.advance(0)
    expect(heard).toEqual(['lost offline'])
    await gate.over(upstream).listen([], events).close()
    await clock.advance(0)
    expect(heard).toEqual(['lost offline'])
    expect(inner).toBeNull()
  })

  test('opened again, the next question passes', async () => {
    const gate = createDrillGate(clock)
    gate.shut()
    gate.open()
    expect(await gate.over(upstream).push([])).toMatchObject({ kind: 'settled' })
  })
})

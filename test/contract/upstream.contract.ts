import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { must } from '#shared/lib/must.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { isMirroredByDefault, siteScope } from '#shared/domain/scope.ts'
import type { Change, Cursor, Poke, PullAnswer } from '#shared/protocol/server.ts'
import type { Failure, Feed, Outcome, Upstream } from '#engine/upstream/upstream.ts'

/** A server with one user, and that user's way to it. */
export interface UpstreamWorld {
  upstream: Upstream
  /** A second station of the same user, with a session of its own. */
  another(): Upstream
  email: string
  password: string
  /** Changes one product in the `site` scope and commits. */
  change(): Promise<void>
  /** Changes something in this warehouse, which the user may not read. */
  changeElsewhere(): Promise<void>
  elsewhere: Scope
  /** Tokens made from now on end soon: after so many ms. */
  shortTokens(): number
  /** Pulls the cable, or puts it back. */
  cut(on: boolean): void
  /** The server goes down and comes back with all it had. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/**
 * What every way to a server must do, be it Supabase by one feed or the other, or a stand-in for tests.
 * @param tells what its feed tells of a change: the change itself, or only that a head moved
 */
export function upstreamContract(
  name: string,
  tells: 'changes' | 'heads',
  makeWorld: () => Promise<UpstreamWorld>,
): void {
  describe(`upstream: ${name}`, () => {
    let world: UpstreamWorld
    let upstream: Upstream

    beforeEach(async () => {
      world = await makeWorld()
      upstream = world.upstream
    })
    afterEach(() => world.stop())

    const signIn = async () => settled(await upstream.signIn(world.email, world.password))
    const pull = async (cursors: Cursor[], limit = 5_000) => settled(await upstream.pull(cursors, limit))
    const granted = async () => (await pull([])).granted.filter(isMirroredByDefault)
    const site = async () => must((await pull([fromStart(siteScope)], 1)).pages[0], 'the site’s page')

    test('without a session every question says so, and nothing reads as empty', async () => {
      expect(await upstream.restUser()).toBeNull()
      const noSession = { kind: 'signed-out', because: 'no-session' }
      expect(await upstream.authenticate()).toMatchObject(noSession)
      expect(await upstream.pull([fromStart(siteScope)], 10)).toMatchObject(noSession)
    })

    test('a wrong password is refused by code', async () => {
      const outcome = await upstream.signIn(world.email, 'wrong')
      expect(outcome).toMatchObject({ kind: 'refused', code: 'invalid_credentials' })
    })

    test('signing in makes a session that rests on the station; signing out forgets it', async () => {
      const user = await signIn()
      expect(await upstream.restUser()).toEqual(user)
      expect(settled(await upstream.authenticate())).toEqual(user)
      await upstream.signOut()
      expect(await upstream.restUser()).toBeNull()
      expect(await upstream.authenticate()).toMatchObject({ kind: 'signed-out' })
    })

    test('a question without cursors tells who we are and what we may read', async () => {
      const user = await signIn()
      const answer = await pull([])
      expect(answer).toMatchObject({ uid: user.id, pages: [] })
      expect(answer.granted).toContain(siteScope)
    })

    test('[M3] pages add up to everything, in ascending order, whatever their size', async () => {
      await signIn()
      for (let count = 0; count < 5; count += 1) await world.change()
      const whole = await readAll(pull, siteScope, 5_000)
      const small = await readAll(pull, siteScope, 2)
      expect(small).toEqual(whole)
      expect(whole.length).toBeGreaterThan(0)
      expect(whole.map(({ seq }) => seq)).toEqual(whole.map(({ seq }) => seq).sort((a, b) => a - b))
    })

    test('a cursor of another epoch, or of a future that never was, must start over', async () => {
      await signIn()
      const [page] = (await pull([fromStart(siteScope)])).pages
      const stranger = '00000000-0000-4000-8000-000000000000'
      for (const cursor of [
        { scope: siteScope, epoch: stranger, seq: 1 },
        { scope: siteScope, epoch: page?.epoch ?? '', seq: (page?.head ?? 0) + 1 },
      ]) {
        expect((await pull([cursor])).pages[0]).toMatchObject({ must_refetch: true, from: 0 })
      }
    })

    test('a change is told to who listens, with its number', async () => {
      await signIn()
      const heard = await listening(upstream, await granted())
      const before = await site()
      await world.change()
      const head = await until(() => headTold(heard, siteScope))
      expect(head).toBe(before.head + 1)
      const { pages } = await pull([{ scope: siteScope, epoch: before.epoch, seq: before.head }])
      expect(pages[0]?.changes).toMatchObject([{ seq: head }])
      const told = heard.pokes.filter(({ scope }) => scope === siteScope)
      expect(told).toMatchObject(
        tells === 'changes' ? [{ epoch: before.epoch, from: head, changes: pages[0]?.changes }] : [],
      )
      await heard.feed.close()
    })

    test('after a burst of changes the last number told is the last there is', async () => {
      await signIn()
      const heard = await listening(upstream, await granted())
      for (let count = 0; count < 25; count += 1) await world.change()
      const { head } = await site()
      await until(() => headTold(heard, siteScope) === head || undefined)
      await heard.feed.close()
    })

    test('two stations hear the same, and one that leaves does not silence the other', async () => {
      await signIn()
      const another = world.another()
      settled(await another.signIn(world.email, world.password))
      const scopes = await granted()
      const here = await listening(upstream, scopes)
      const there = await listening(another, scopes)
      await world.change()
      const first = await until(() => headTold(there, siteScope))
      await until(() => headTold(here, siteScope) === first || undefined)
      await there.feed.close()
      await world.change()
      await until(() => headTold(here, siteScope) === first + 1 || undefined)
      expect(headTold(there, siteScope)).toBe(first)
      await another.stop()
      await here.feed.close()
    })

    test('a scope that is not granted tells nothing, and may be refused', async () => {
      await signIn()
      const ours = await listening(upstream, await granted())
      const strange = openFeed(upstream, [world.elsewhere])
      await until(() => strange.lost[0] ?? (strange.streaming || undefined))
      await world.changeElsewhere()
      await world.change()
      await until(() => headTold(ours, siteScope))
      expect(strange.lost).toMatchObject(strange.streaming ? [] : [{ kind: 'refused', code: 'Unauthorized' }])
      expect(strange.pokes).toEqual([])
      expect(strange.moved).toEqual([])
      expect(ours.lost).toEqual([])
      await strange.feed.close()
      await ours.feed.close()
    })

    test('a feed outlives its token: the next one is there before the first one ends', async () => {
      const livesMs = world.shortTokens()
      await signIn()
      const heard = await listening(upstream, await granted())
      const firstIsOverAt = Date.now() + livesMs
      await until(() => heard.lost[0] ?? (Date.now() > firstIsOverAt || undefined))
      await world.change()
      const { head } = await site()
      await until(() => heard.lost[0] ?? (headTold(heard, siteScope) === head || undefined))
      expect(heard.lost).toEqual([])
      await heard.feed.close()
    })

    test('a restart of the server loses the feed; the next one tells again, with the same session', async () => {
      const user = await signIn()
      const scopes = await granted()
      const heard = await listening(upstream, scopes)
      const before = await site()
      await world.restart()
      expect((await until(() => heard.lost[0])).kind).toMatch(/^(offline|retry)$/)
      expect(settled(await upstream.authenticate())).toEqual(user)
      expect(await site()).toMatchObject({ epoch: before.epoch, head: before.head })
      const again = await listening(upstream, scopes)
      await world.change()
      expect(await until(() => headTold(again, siteScope))).toBe(before.head + 1)
      expect(heard.lost).toHaveLength(1)
      await again.feed.close()
    })

    test('[L1] a feed that was closed says nothing any more', async () => {
      await signIn()
      const scopes = await granted()
      const closed = await listening(upstream, scopes)
      await closed.feed.close()
      const open = await listening(upstream, scopes)
      await world.change()
      await until(() => headTold(open, siteScope))
      expect(headTold(closed, siteScope)).toBeUndefined()
      expect(closed.lost).toEqual([])
      await open.feed.close()
    })

    test('a heartbeat is answered while the feed is open, and not after', async () => {
      await signIn()
      const { feed } = await listening(upstream, await granted())
      expect(await feed.heartbeat(5_000)).toBe(true)
      expect(await feed.heartbeat(5_000)).toBe(true)
      await feed.close()
      expect(await feed.heartbeat(5_000)).toBe(false)
    })

    test('a cut cable loses the feed once, fails questions as offline, and keeps the session', async () => {
      const user = await signIn()
      const scopes = await granted()
      const heard = await listening(upstream, scopes)
      world.cut(true)
      expect(await until(() => heard.lost[0])).toMatchObject({ kind: 'offline' })
      expect(await upstream.pull([], 1)).toMatchObject({ kind: 'offline' })
      expect(await upstream.probe()).toMatchObject({ kind: 'offline' })
      expect(await upstream.restUser()).toEqual(user)
      world.cut(false)
      const again = await listening(upstream, scopes)
      await world.change()
      await until(() => headTold(again, siteScope))
      expect(heard.lost).toHaveLength(1)
      expect(headTold(heard, siteScope)).toBeUndefined()
      await again.feed.close()
    })

    test('a good address is told from a bad one without a session', async () => {
      expect(await upstream.probe()).toMatchObject({ kind: 'settled' })
    })
  })
}

export const fromStart = (scope: Scope): Cursor => ({ scope, epoch: null, seq: 0 })

export function settled<T>(outcome: Outcome<T>): T {
  if (outcome.kind !== 'settled') throw new Error(`Not settled: ${JSON.stringify(outcome)}`)
  return outcome.value
}

/** Waits until `found` finds something. */
export async function until<T>(found: () => T | undefined): Promise<T> {
  return vi.waitFor(
    () => {
      const value = found()
      if (value === undefined) throw new Error('Not there yet.')
      return value
    },
    { timeout: 10_000, interval: 5 },
  )
}

async function readAll(
  pull: (cursors: Cursor[], limit: number) => Promise<PullAnswer>,
  scope: Scope,
  limit: number,
): Promise<Change[]> {
  const changes: Change[] = []
  let cursor = fromStart(scope)
  for (;;) {
    const answer = await pull([cursor], limit)
    const [page] = answer.pages
    if (!page) throw new Error('The page is missing.')
    expect(page.changes.length).toBeLessThanOrEqual(limit)
    changes.push(...page.changes)
    if (!page.has_more) return changes
    cursor = { scope, epoch: page.epoch, seq: page.to, as_of: answer.server_time }
  }
}

export interface Heard {
  feed: Feed
  streaming: boolean
  pokes: Poke[]
  moved: { scope: Scope; head: number | null }[]
  lost: Failure[]
}

/** The newest number that a feed told of a scope, in whichever way; undefined when it told none. */
export function headTold({ pokes, moved }: Heard, scope: Scope): number | undefined {
  const poked = pokes.flatMap((poke) => (poke.scope === scope ? [poke.to] : []))
  const hinted = moved.flatMap((move) => (move.scope === scope && move.head !== null ? [move.head] : []))
  const told = [...poked, ...hinted]
  return told.length === 0 ? undefined : Math.max(...told)
}

export function openFeed(upstream: Upstream, scopes: readonly Scope[]): Heard {
  const heard: Omit<Heard, 'feed'> = { streaming: false, pokes: [], moved: [], lost: [] }
  const feed = upstream.listen(scopes, {
    streaming: () => {
      heard.streaming = true
    },
    poke: (poke) => heard.pokes.push(poke),
    moved: (scope, head) => heard.moved.push({ scope, head }),
    lost: (failure) => heard.lost.push(failure),
  })
  return Object.assign(heard, { feed })
}

/** Opens a feed and waits until it streams. */
export async function listening(upstream: Upstream, scopes: readonly Scope[]): Promise<Heard> {
  const heard = openFeed(upstream, scopes)
  await until(() => {
    if (heard.lost[0]) throw new Error(`Lost: ${JSON.stringify(heard.lost[0])}`)
    return heard.streaming || undefined
  })
  return heard
}

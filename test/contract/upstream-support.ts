import { expect, vi } from 'vitest'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Change, Cursor, Poke, PullAnswer } from '#shared/protocol/server.ts'
import type { Failure, Feed, Outcome, Upstream } from '#engine/upstream/upstream.ts'

/* Questions and feeds in the words of a test. */

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
    { timeout: PATIENCE_MS, interval: 5 },
  )
}

/** All changes of a scope, page by page. */
export async function readAll(
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

import { setTimeout as sleep } from 'node:timers/promises'
import type { Scope } from '#shared/domain/scope.ts'
import type { Db } from '#engine/mirror/database.ts'
import { differingBuckets } from '#engine/mirror/digest-compare.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import type { Log, Secrets } from '#engine/ports.ts'
import { connectSupabase } from '#engine/upstream/supabase.ts'
import type { Failure, Upstream } from '#engine/upstream/upstream.ts'
import type { FoundServer } from './find-server.ts'
import { openToLook } from './open-to-look.ts'
import { digestOf } from './read-mirror.ts'
import type { LiveComparison, MirrorReport, ServerReport } from './report.ts'

/** A mirror that is in use moves: both sides are asked again until they stand at the same number. */
const TRIES = 5
const BETWEEN_TRIES_MS = 1_000

const silence = (): void => undefined
const silent: Log = { debug: silence, info: silence, warn: silence, error: silence, with: () => silent }

/** A session for as long as the doctor runs: nothing of it is written anywhere. */
function forgetful(): Secrets {
  const kept = new Map<string, string>()
  return {
    get: async (key) => kept.get(key) ?? null,
    set: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
  }
}

export interface Server {
  report: ServerReport
  /** Signs in; null when that worked, else why it did not. */
  signIn(email: string, password: string): Promise<{ userId: string } | { failed: string }>
  compare(mirror: MirrorReport): Promise<LiveComparison[]>
  stop(): Promise<void>
}

/** Knocks at the server without a session: does it answer, how fast, and does its clock agree with this one. */
export async function askServer({ from, url, address }: FoundServer): Promise<Server> {
  if (address === null) {
    const none = { failed: 'The key of the server is not known.' }
    return {
      report: { url, from, answer: { kind: 'no-key' } },
      signIn: async () => none,
      compare: async () => [],
      stop: async () => undefined,
    }
  }
  const upstream = connectSupabase({
    address,
    feed: 'polling',
    clock: realClock,
    log: silent,
    secrets: forgetful(),
  })
  return {
    report: { url, from, answer: await knock(upstream) },
    async signIn(email, password) {
      const outcome = await upstream.signIn(email, password)
      return outcome.kind === 'settled' ? { userId: outcome.value.id } : { failed: reasonOf(outcome) }
    },
    compare: (mirror) => compareLive(upstream, mirror),
    stop: () => upstream.stop(),
  }
}

async function knock(upstream: Upstream): Promise<ServerReport['answer']> {
  // The first question pays for the connection; the second tells how long an answer takes.
  const first = await upstream.probe()
  if (first.kind !== 'settled') return { kind: 'failed', because: first.kind, detail: first.detail }
  const askedAt = Date.now()
  const startedAt = performance.now()
  const outcome = await upstream.probe()
  const latencyMs = performance.now() - startedAt
  if (outcome.kind !== 'settled') return { kind: 'failed', because: outcome.kind, detail: outcome.detail }
  const { serverTime } = outcome.value
  // The header tells whole seconds: on average the server's clock stood half a second later.
  const clockOffsetMs = serverTime === null ? null : Math.round(askedAt + latencyMs / 2 - (serverTime + 500))
  return { kind: 'answers', latencyMs: Math.round(latencyMs), clockOffsetMs }
}

const reasonOf = (failure: Failure): string =>
  failure.kind === 'refused' || failure.kind === 'signed-out'
    ? failure.detail
    : `${failure.kind}: ${failure.detail}`

async function compareLive(upstream: Upstream, mirror: MirrorReport): Promise<LiveComparison[]> {
  const compared: LiveComparison[] = []
  const { db, close } = openToLook(mirror.file, mirror.inUse)
  try {
    for (const { scope } of mirror.scopes)
      compared.push(await compareScope(upstream, db, scope, mirror.inUse ? TRIES : 1))
  } finally {
    close()
  }
  return compared
}

async function compareScope(upstream: Upstream, db: Db, scope: Scope, most: number): Promise<LiveComparison> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await upstream.digest(scope)
    const mine = digestOf(db, scope)
    const nothing: string[] = []
    const { head: cursor } = mine
    if (outcome.kind !== 'settled')
      return { scope, cursor, head: null, outcome: 'no-answer', differing: nothing }
    const theirs = outcome.value
    const { head } = theirs
    if (mine.epoch !== theirs.epoch)
      return { scope, cursor, head, outcome: 'other-epoch', differing: nothing }
    if (cursor === head) {
      const differing = differingBuckets(mine, theirs).map(({ table, bucket }) => `${table}/${bucket}`)
      return { scope, cursor, head, outcome: differing.length > 0 ? 'differs' : 'equal', differing }
    }
    if (tries >= most) return { scope, cursor, head, outcome: 'behind', differing: nothing }
    await sleep(BETWEEN_TRIES_MS)
  }
}

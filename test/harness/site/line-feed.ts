import type { Scope } from '#shared/domain/scope.ts'
import type { Poke } from '#shared/protocol/server.ts'
import type { Cancel } from '#engine/ports.ts'
import type { Failure, Feed, FeedEvents, Outcome } from '#engine/upstream/upstream.ts'
import type { Line } from './line.ts'
import { noAnswer } from './server-condition.ts'
import type { Token } from './station-session.ts'
import type { TerminalClock } from './terminal-clock.ts'

const JOIN_DEADLINE_MS = 15_000
const REFUSAL_MS = 5
/** A poke that others overtake comes this late at the latest. */
const OVERTAKEN_MS = 3_000
const RENEW_EVERY_MS = 30_000

interface FeedPorts {
  line: Line
  clock: TerminalClock
  token: () => Promise<Outcome<Token>>
  ended: () => void
}

/** A realtime connection over a line: the server's side, the way, and the terminal's side of it. */
export interface LineFeed extends Feed {
  /** The terminal notices that it is gone. */
  lose(failure: Failure): void
  /** The server ends it and says so; over a frozen line nobody hears that. */
  closedByServer(failure: Failure): void
  /** The way is free again. What was open lives on with all that waited, or is silent for ever. */
  thaw(survives: boolean): void
  /** It was joined, and nothing comes or goes any more, and nobody has said so. */
  isSilent(): boolean
  /** The terminal's process is gone. */
  die(): void
}

export function openLineFeed(ports: FeedPorts, scopes: readonly Scope[], events: FeedEvents): LineFeed {
  const { line, clock } = ports
  const { server, base, chance, condition, fault } = line.ports
  const timers = new Set<Cancel>()
  /** Heartbeats that wait for their answer. */
  const beats = new Set<() => void>()
  let over = false
  /** Nothing comes or goes any more, and nobody knows. */
  let silent = false
  let streaming = false
  let token: Token | null = null
  let unhear: (() => void) | null = null
  let cancelExpiry: Cancel | null = null
  let waiting: Poke[] = []
  let overtaken: Poke | null = null
  let lastArrival = 0

  const later = (delayMs: number, task: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      timers.delete(cancel)
      if (!over) task()
    })
    timers.add(cancel)
  }

  function leaveServer(): void {
    unhear?.()
    unhear = null
    cancelExpiry?.()
  }

  function end(): void {
    over = true
    leaveServer()
    for (const cancel of timers) cancel()
    timers.clear()
    for (const give of [...beats]) give()
    ports.ended()
  }

  function lose(failure: Failure): void {
    if (over) return
    end()
    events.lost(failure)
  }

  function closedByServer(failure: Failure): void {
    if (over) return
    leaveServer()
    if (line.frozenNow() || silent) silent = true
    else if (clock.isAsleep()) later(0, () => lose(failure))
    else lose(failure)
  }

  async function open(): Promise<void> {
    const answer = await ports.token()
    if (over) return
    if (answer.kind !== 'settled') return lose(answer)
    token = answer.value
    later(JOIN_DEADLINE_MS, () => {
      if (!streaming) lose({ kind: 'offline', detail: 'The channels were not joined in time.' })
    })
    later(line.travelMs(), () => void join().catch((error: unknown) => lose(failedJoin(error))))
  }

  async function join(): Promise<void> {
    if (line.frozenNow()) return
    if (line.cutNow()) return later(REFUSAL_MS, () => lose(noAnswer))
    const refusal = line.realtimeRefusal ?? condition.realtimeRefusal
    if (refusal) return later(REFUSAL_MS, () => lose(refusal))
    if (!(await isAllowed()) || over) return
    unhear = server.hear(send)
    watchExpiry()
    keepRenewing()
    later(line.travelMs(), () => {
      if (line.frozenNow()) return
      streaming = true
      events.streaming()
    })
  }

  /** The server looks at the token and at the rights behind it, at the join and with each new token. */
  async function isAllowed(): Promise<boolean> {
    if (token === null) return false
    if (base.now() >= token.until) {
      line.session.doubt(token)
      closedByServer({ kind: 'retry', because: 'server-error', afterMs: null, detail: 'InvalidJWTToken' })
      return false
    }
    const granted = await server.granted(token.user.id)
    if (over) return false
    if (scopes.every((scope) => granted.includes(scope))) return true
    closedByServer({ kind: 'refused', code: 'Unauthorized', detail: 'Join refused: Unauthorized' })
    return false
  }

  /** The server closes a channel whose token has ended. */
  function watchExpiry(): void {
    cancelExpiry?.()
    if (token === null || over) return
    const { until } = token
    cancelExpiry = base.after(until - base.now(), () => {
      closedByServer({ kind: 'retry', because: 'server-error', afterMs: null, detail: 'Token has expired' })
    })
  }

  function keepRenewing(): void {
    later(RENEW_EVERY_MS, () => void renew())
  }

  async function renew(): Promise<void> {
    const answer = await ports.token()
    if (over) return
    if (answer.kind === 'signed-out') return lose(answer)
    if (answer.kind === 'settled' && answer.value !== token && line.passes() && !silent) {
      token = answer.value
      if (!(await isAllowed()) || over) return
      watchExpiry()
    }
    keepRenewing()
  }

  function send(poke: Poke): void {
    if (over || silent || !scopes.includes(poke.scope)) return
    if (chance.happens(line.dropShare)) return fault('poke lost')
    if (overtaken === null && chance.happens(line.reorderShare)) {
      fault('poke overtaken')
      overtaken = poke
      return later(OVERTAKEN_MS, releaseOvertaken)
    }
    carry(poke)
    if (chance.happens(line.duplicateShare)) {
      fault('poke doubled')
      carry(structuredClone(poke))
    }
    releaseOvertaken()
  }

  function releaseOvertaken(): void {
    const poke = overtaken
    overtaken = null
    if (poke) carry(poke)
  }

  /** Over one connection nothing overtakes anything. */
  function carry(poke: Poke): void {
    const now = clock.monotonicMs()
    lastArrival = Math.max(lastArrival, now + line.travelMs())
    if (lastArrival === now && !clock.isAsleep()) arrive(poke)
    else later(lastArrival - now, () => arrive(poke))
  }

  function arrive(poke: Poke): void {
    if (over || silent) return
    if (line.frozenNow()) waiting.push(poke)
    else events.poke(poke)
  }

  open().catch((error: unknown) => lose(failedJoin(error)))

  return {
    heartbeat: (deadlineMs) =>
      new Promise((resolve) => {
        if (over) return resolve(false)
        const roundTripMs = line.travelMs() + line.travelMs()
        const answers = !silent && line.passes() && roundTripMs <= deadlineMs
        if (answers && roundTripMs === 0) return resolve(true)
        const finish = (alive: boolean): void => {
          beats.delete(give)
          cancel()
          resolve(alive)
        }
        const give = (): void => finish(false)
        const cancel = clock.after(answers ? roundTripMs : deadlineMs, () =>
          finish(answers && !over && !line.frozenNow()),
        )
        beats.add(give)
      }),
    async close() {
      if (!over) end()
    },
    lose,
    closedByServer,
    thaw(survives) {
      if (over) return
      if (!survives) silent = true
      const pokes = waiting
      waiting = []
      for (const poke of pokes) arrive(poke)
    },
    isSilent: () => silent && !over,
    die() {
      if (!over) end()
    },
  }
}

const failedJoin = (error: unknown): Failure => ({
  kind: 'retry',
  because: 'server-error',
  afterMs: null,
  detail: String(error),
})

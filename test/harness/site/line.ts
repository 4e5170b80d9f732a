import type { Command, CommandOutcome } from '#shared/domain/commands.ts'
import type { UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Cancel, Clock } from '#engine/ports.ts'
import type { Failure, Feed, FeedEvents, Outcome, Upstream, UpstreamUser } from '#engine/upstream/upstream.ts'
import { unknownFunction } from '../fake-upstream.ts'
import { openLineFeed } from './line-feed.ts'
import type { LineFeed } from './line-feed.ts'
import type { Chance } from './seeded.ts'
import { noAnswer } from './server-condition.ts'
import type { ServerCondition } from './server-condition.ts'
import type { SiteServer } from './site-server.ts'
import { StationSession } from './station-session.ts'
import type { Token } from './station-session.ts'
import type { TerminalClock } from './terminal-clock.ts'

/** An unanswered question is given up after this long, as the real upstream does. */
export const REQUEST_DEADLINE_MS = 20_000
/** How soon a socket notices that the cable is out. */
const REFUSAL_MS = 5

export interface LinePorts {
  server: SiteServer
  condition: ServerCondition
  /** The server's and the network's time. */
  base: Clock
  chance: Chance
  /** Finds the user of an email. */
  account: (email: string) => UpstreamUser | null
  /** A fault took effect. */
  fault: (kind: string) => void
  /** The server has done these commands, whatever becomes of its answer. */
  pushed: (
    user: UserId,
    commands: readonly Command[],
    outcomes: readonly CommandOutcome[],
    isLate: boolean,
  ) => Promise<void>
}

/** What lies between one console and the server, and how badly it behaves. Every knob may be turned at any moment. */
export class Line {
  /** A question, an answer or a poke takes up to this long on its way. */
  delayMs = 0
  /** Shares (0 to 1) of pokes that are lost, come twice, or are overtaken by the next one. */
  dropShare = 0
  duplicateShare = 0
  reorderShare = 0
  /** So many of the next questions reach the server, and their answers are lost. */
  answersToLose = 0
  /** So many of the next pushes are done by the server, and their answers are lost. */
  pushAnswersToLose = 0
  /** Share (0 to 1) of pushes that hang on the way, and reach the server when this console may have given them up. */
  lateShare = 0
  /** What this console's questions, or its new feeds, are answered with instead. */
  refusal: Failure | null = null
  realtimeRefusal: Failure | null = null
  /** The one that rests on the terminal as its own. */
  session = new StationSession()
  /** Those that were set apart, for work that their users left unsent. */
  private readonly apart = new Map<UserId, StationSession>()
  readonly ports: LinePorts
  private isCut = false
  private isFrozen = false
  private readonly ends = new Set<LineEnd>()

  constructor(ports: LinePorts) {
    this.ports = ports
  }

  private readonly onTheWay = new Map<Cancel, () => Promise<void>>()

  /** The console's end of the line; a new process takes it over from the last. */
  connect(clock: TerminalClock, apart?: UserId): Upstream {
    const session = apart ? (this.apart.get(apart) ?? new StationSession()) : this.session
    for (const end of [...this.ends]) if (end.isOf(session) || !end.isOn(clock)) end.die()
    const end = new LineEnd(this, clock, session)
    this.ends.add(end)
    return end
  }

  /** The end of a console's process that is over. */
  gone(end: LineEnd): void {
    this.ends.delete(end)
  }

  setApart(session: StationSession, user: UserId, isApart: boolean): void {
    if (isApart) {
      this.apart.set(user, session)
      if (this.session === session) this.session = new StationSession()
    } else {
      this.apart.delete(user)
      this.session = session
    }
  }

  /** Those who left work here that nobody can send for them: the session that was kept for it has ended. */
  stranded(): readonly UpstreamUser[] {
    return [...this.apart.values()].flatMap((session) => (session.isOver() && session.restUser()) || [])
  }

  /** Pulls the cable: the terminal notices at once. */
  cut(): void {
    if (this.isCut) return
    this.isCut = true
    for (const end of [...this.ends]) end.break()
  }

  plug(): void {
    this.isCut = false
  }

  /** Half-open: nothing passes any more, and nobody says so. */
  freeze(): void {
    this.isFrozen = true
  }

  /** Connections survived, with all that was on its way, or nobody remembers them and they stay silent. */
  thaw(): void {
    if (!this.isFrozen) return
    this.isFrozen = false
    const survives = this.ports.chance.happens(0.5)
    for (const end of this.ends) end.thaw(survives)
  }

  /** The machine woke up: what was open is often forgotten by the network. */
  woke(): void {
    const survives = this.ports.chance.happens(0.3)
    for (const end of this.ends) end.thaw(survives)
  }

  passes(): boolean {
    return !this.isCut && !this.isFrozen && this.ports.condition.up
  }

  cutNow(): boolean {
    return this.isCut || !this.ports.condition.up
  }

  frozenNow(): boolean {
    return this.isFrozen
  }

  /** How long the next thing is on its way, in ms. */
  travelMs(): number {
    return this.delayMs === 0 ? 0 : Math.round(this.ports.chance.random() * this.delayMs)
  }

  losesAnswer(): boolean {
    if (this.answersToLose === 0) return false
    this.answersToLose -= 1
    return true
  }

  losesPushAnswer(): boolean {
    if (this.pushAnswersToLose === 0) return false
    this.pushAnswersToLose -= 1
    return true
  }

  openFeeds(): number {
    return [...this.ends].reduce((sum, end) => sum + end.openFeeds(), 0)
  }

  /** An open feed is dead without anybody having said so. */
  hasSilentFeed(): boolean {
    return [...this.ends].some((end) => end.hasSilentFeed())
  }

  /** Something hangs in the network, whatever becomes of the process that sent it. */
  hangs(forMs: number, arrive: () => Promise<void>): void {
    const cancel = this.ports.base.after(forMs, () => {
      this.onTheWay.delete(cancel)
      void arrive()
    })
    this.onTheWay.set(cancel, arrive)
  }

  /** What hangs in the network arrives now. */
  async deliver(): Promise<void> {
    const waiting = [...this.onTheWay]
    this.onTheWay.clear()
    for (const [cancel, arrive] of waiting) {
      cancel()
      await arrive()
    }
  }

  /** All faults of this line are over; what they broke stays broken until the console mends it. */
  heal(): void {
    Object.assign(this, { delayMs: 0, dropShare: 0, duplicateShare: 0, reorderShare: 0, answersToLose: 0 })
    Object.assign(this, { pushAnswersToLose: 0, lateShare: 0 })
    this.refusal = null
    this.realtimeRefusal = null
    this.plug()
    this.thaw()
  }

  /** The process at the console's end is gone, without a goodbye. */
  die(): void {
    for (const end of [...this.ends]) end.die()
  }
}

interface Trip {
  break(): void
}

/** One process's end of a line. */
class LineEnd implements Upstream {
  private readonly line: Line
  private readonly session: StationSession
  private readonly clock: TerminalClock
  private readonly trips = new Set<Trip>()
  private readonly feeds = new Set<LineFeed>()
  private renewal: Promise<Outcome<Token>> | null = null
  private dead = false
  private readonly stopHearing: () => void

  constructor(line: Line, clock: TerminalClock, session: StationSession) {
    this.line = line
    this.session = session
    this.clock = clock
    const { broken, closed } = line.ports.condition
    const onBroken = (): void => this.break()
    const onClosed = (failure: Failure): void => this.closeFeeds(failure)
    broken.add(onBroken)
    closed.add(onClosed)
    this.stopHearing = () => {
      broken.delete(onBroken)
      closed.delete(onClosed)
    }
  }

  async restUser(): Promise<UpstreamUser | null> {
    return this.session.restUser()
  }

  async signIn(email: string, password: string): Promise<Outcome<UpstreamUser>> {
    const { account, base } = this.line.ports
    const { session } = this
    const outcome = await this.trip(async (): Promise<Outcome<Token>> => {
      const user = account(email)
      if (user && password === 'right') {
        return { kind: 'settled', value: { user, until: base.now() + session.lifetimeMs } }
      }
      return { kind: 'refused', code: 'invalid_credentials', detail: 'Wrong email or password.' }
    })
    if (outcome.kind !== 'settled') return outcome
    session.begin(outcome.value, this.clock)
    return { kind: 'settled', value: outcome.value.user }
  }

  isOf(session: StationSession): boolean {
    return this.session === session
  }

  isOn(clock: TerminalClock): boolean {
    return this.clock === clock
  }

  async setApart(apart: boolean): Promise<void> {
    const user = this.session.restUser()
    if (user) this.line.setApart(this.session, user.id, apart)
  }

  async signOut(): Promise<void> {
    this.session.forget()
  }

  async authenticate(): Promise<Outcome<UpstreamUser>> {
    const token = await this.token()
    return token.kind === 'settled' ? { kind: 'settled', value: token.value.user } : token
  }

  probe(): Promise<Outcome<{ serverTime: number }>> {
    return this.trip(async () => ({ kind: 'settled', value: { serverTime: this.line.ports.base.now() } }))
  }

  pull: Upstream['pull'] = (cursors, pageLimit, unsure = []) =>
    this.ask((user) => this.line.ports.server.pull(user, cursors, pageLimit, unsure))

  /** Beyond sync and work this server has no functions. */
  call: Upstream['call'] = async () => unknownFunction
  hearEvents: Upstream['hearEvents'] = () => () => undefined
  digest: Upstream['digest'] = (scope) => this.ask((user) => this.line.ports.server.digest(user, scope))

  buckets: Upstream['buckets'] = (scope, buckets) =>
    this.ask((user) => this.line.ports.server.buckets(user, scope, buckets))

  push: Upstream['push'] = async (commands) => {
    const { server, condition, pushed, chance, fault } = this.line.ports
    const { push } = server
    if (!push) return { kind: 'refused', code: 'not-here', detail: 'No commands here.' }
    const sent = structuredClone(commands)
    const book = async (user: UserId, isLate = false): Promise<CommandOutcome[]> => {
      const outcomes = await push(user, sent)
      await pushed(user, sent, outcomes, isLate)
      return outcomes
    }
    if (chance.happens(this.line.lateShare)) return this.pushLate(book)
    const poison = sent.map(({ mutation_id }) => condition.poison.get(mutation_id)).find(Boolean)
    if (poison) fault('poisoned push')
    return this.ask(
      async (user) => (poison ? null : await book(user)),
      poison,
      () => this.line.losesPushAnswer(),
    )
  }

  /** It hangs on the way; this end hears nothing more of it. */
  private async pushLate(book: (user: UserId, isLate: boolean) => Promise<unknown>): Promise<Failure> {
    const token = await this.token()
    if (token.kind !== 'settled') return token
    const { chance, fault, base, condition } = this.line.ports
    const { user, until } = token.value
    fault('push hangs')
    this.line.hangs(chance.between(1_000, 2 * REQUEST_DEADLINE_MS), async () => {
      if (condition.up && base.now() < until) await book(user.id, true)
    })
    const outcome = await this.trip<never>(() => new Promise(() => undefined))
    return outcome.kind === 'settled' ? noAnswer : outcome
  }

  listen(scopes: readonly Scope[], events: FeedEvents): Feed {
    const feed = openLineFeed(
      {
        line: this.line,
        clock: this.clock,
        token: () => this.token(),
        ended: () => this.feeds.delete(feed),
      },
      scopes,
      events,
    )
    this.feeds.add(feed)
    return feed
  }

  async stop(): Promise<void> {
    this.die()
  }

  die(): void {
    this.dead = true
    this.line.gone(this)
    this.stopHearing()
    for (const feed of [...this.feeds]) feed.die()
    this.feeds.clear()
    for (const trip of [...this.trips]) trip.break()
  }

  /** Everything that was open breaks, and the terminal notices. */
  break(): void {
    const tell = (): void => {
      for (const trip of [...this.trips]) trip.break()
      for (const feed of [...this.feeds]) feed.lose(noAnswer)
    }
    if (this.clock.isAsleep()) this.clock.after(0, tell)
    else tell()
  }

  thaw(survives: boolean): void {
    for (const feed of this.feeds) feed.thaw(survives)
  }

  openFeeds(): number {
    return this.feeds.size
  }

  hasSilentFeed(): boolean {
    return [...this.feeds].some((feed) => feed.isSilent())
  }

  private closeFeeds(failure: Failure): void {
    for (const feed of [...this.feeds]) feed.closedByServer(failure)
  }

  /** A token to ask with; one renewal serves all who wait. */
  private async token(): Promise<Outcome<Token>> {
    const { session } = this
    const problem = session.problem()
    if (problem) return problem
    const usable = session.usable(this.clock)
    if (usable) return { kind: 'settled', value: usable }
    this.renewal ??= this.renew().finally(() => {
      this.renewal = null
    })
    return this.renewal
  }

  private async renew(): Promise<Outcome<Token>> {
    const { session } = this
    const outcome = await this.trip(async () => session.askRenewal(this.line.ports.base.now()))
    if (outcome.kind === 'settled') session.accept(outcome.value, this.clock)
    else if (outcome.kind === 'signed-out') session.end()
    else {
      const lastResort = session.lastResort(this.clock)
      if (lastResort) return { kind: 'settled', value: lastResort }
    }
    return outcome
  }

  /** A question of a signed-in user. The server answers null for what is not granted. */
  private async ask<T>(
    answer: (user: UserId) => Promise<T | null>,
    denial: Failure = { kind: 'refused', code: 'PT403', detail: 'Not granted to you.' },
    losesAnswer: () => boolean = () => false,
  ): Promise<Outcome<T>> {
    const token = await this.token()
    if (token.kind !== 'settled') return token
    const { base } = this.line.ports
    return this.trip(async (): Promise<Outcome<T>> => {
      if (base.now() >= token.value.until) {
        this.session.doubt(token.value)
        return { kind: 'retry', because: 'server-error', afterMs: null, detail: 'JWT expired' }
      }
      const value = await answer(token.value.user.id)
      return value === null ? denial : { kind: 'settled', value }
    }, losesAnswer)
  }

  /** There and back. Whatever happens on the way, the question is answered or given up; a dead process hears nothing. */
  private trip<T>(
    answer: () => Promise<Outcome<T>>,
    losesAnswer: () => boolean = () => false,
  ): Promise<Outcome<T>> {
    const { line, clock } = this
    return new Promise((resolve) => {
      let over = false
      const settle = (outcome: Outcome<T>): void => {
        if (over) return
        over = true
        cancelDeadline()
        onTheWay()
        this.trips.delete(trip)
        if (!this.dead) resolve(outcome)
      }
      const trip = { break: () => settle(noAnswer) }
      this.trips.add(trip)
      const cancelDeadline = clock.after(REQUEST_DEADLINE_MS, () => settle(noAnswer))
      let onTheWay: Cancel = () => undefined
      const travel = (then: () => void, travelMs = line.travelMs()): void => {
        if (travelMs === 0 && !clock.isAsleep()) then()
        else onTheWay = clock.after(travelMs, then)
      }
      const arrive = async (): Promise<void> => {
        if (over || line.frozenNow()) return
        if (line.cutNow()) return travel(() => settle(noAnswer), REFUSAL_MS)
        const refusal = line.refusal ?? line.ports.condition.refusal
        const outcome = refusal ?? (await answer())
        if (line.losesAnswer() || losesAnswer()) {
          line.ports.fault('answer lost')
          return travel(() => settle(noAnswer))
        }
        travel(() => {
          if (!line.frozenNow()) settle(line.cutNow() ? noAnswer : outcome)
        })
      }
      travel(() => void arrive())
    })
  }
}

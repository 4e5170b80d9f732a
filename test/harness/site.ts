import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMirroredByDefault } from '#shared/domain/scope.ts'
import { must } from '#shared/lib/must.ts'
import type { MutationId } from '#shared/domain/ids.ts'
import type { Status } from '#shared/protocol/status.ts'
import type { StockRow } from '#shared/protocol/views.ts'
import type { Failure } from '#engine/upstream/upstream.ts'
import type { Cancel } from '#engine/ports.ts'
import { manualClock } from './manual-clock.ts'
import type { ManualClock } from './manual-clock.ts'
import { differences } from './site/differences.ts'
import { Facts } from './site/facts.ts'
import { memoryServer } from './site/memory-server.ts'
import { sharedPostgres } from './site/postgres-database.ts'
import { postgresServer } from './site/postgres-server.ts'
import { chanceOf } from './site/seeded.ts'
import type { Chance } from './site/seeded.ts'
import { healthyServer } from './site/server-condition.ts'
import { openDesk } from './site/server-desk.ts'
import type { ServerDesk } from './site/server-desk.ts'
import { siteConsole } from './site/site-console.ts'
import type { SiteConsole } from './site/site-console.ts'
import type { SiteServer } from './site/site-server.ts'
import { SECOND_MS } from './site/spans.ts'

/*
 * A whole site in one line: a server, consoles with everything but their windows, a network between them that does what it
 * is told, one clock, one seed.
 *
 *   const site = await openSite({ seed: 7, consoles: 2 })
 *   site.console(1).cutCable()
 *   await site.server.change()
 *   await site.wait(30_000)
 *   await site.rest()
 *   await site.expectEqual()
 *   await site.close()
 */

export interface SiteOptions {
  seed: number
  consoles?: number
  warehouses?: number
  /** Products with stock in each warehouse at the beginning. */
  products?: number
  /** `memory` is quick; `postgres` is the SQL of supabase/migrations on PGlite, one for the whole process. */
  server?: SiteServer['kind']
  /** Somebody at each console, signed in and live, before the site is handed over; true unless said otherwise. */
  signedIn?: boolean
}

/** No healed site may take longer to be live everywhere, in ms: waits that are respected and retries end before that. */
export const STUCK_AFTER_MS = 8 * 60 * SECOND_MS

/** What one timer pull and all that follows from it take, in ms. */
const QUIET_MS = 90 * SECOND_MS
/** While all is well, it is looked at this often. */
const QUIET_LOOK_MS = 6 * SECOND_MS

export interface Site {
  readonly clock: ManualClock
  readonly chance: Chance
  readonly server: ServerDesk
  readonly facts: Facts
  /** The server itself, past any network. */
  readonly truth: SiteServer
  /** Faults that took effect, by kind. */
  readonly faults: ReadonlyMap<string, number>
  /** All lines at once. */
  readonly network: {
    delay(upToMs: number): void
    drop(share: number): void
    duplicate(share: number): void
    reorder(share: number): void
  }
  /** Commands that the server cannot take, whatever push they are in; healed with everything else. */
  readonly poison: Map<MutationId, Failure>
  consoles(): readonly SiteConsole[]
  /** @param no from 1 */
  console(no: number): SiteConsole
  /** Notes that a fault was caused. */
  fault(kind: string): void
  wait(ms: number): Promise<void>
  /** Does this later; called off when the site comes to rest. */
  later(ms: number, task: () => void): void
  /** Waits until it holds, looking once a second of the site's time. @throws after `withinMs` */
  until(what: string, holds: () => boolean, withinMs?: number): Promise<void>
  /** A console sleeps for so long while everything else goes on. */
  sleep(no: number, ms: number, how?: { unnoticed?: boolean }): Promise<void>
  /** Every fault is over, and what is dead is started; what was broken stays so until the consoles mend it. */
  heal(): Promise<void>
  /**
   * Heals every fault, starts what is dead, signs in who is signed out or has to come back, and lets time pass until all is live
   * and quiet.
   * @returns consoles that did not get there, in words; empty when all did
   */
  comeToRest(): Promise<string[]>
  /** The same. @throws when a console does not get there */
  rest(): Promise<void>
  /** How the mirrors differ from the server, in words. */
  differences(): Promise<string[]>
  /** @throws when a mirror differs from what the server lets its user read */
  expectEqual(): Promise<void>
  /** Ends every console and the server. @returns what they left behind, in words */
  close(): Promise<string[]>
  /** Told of each second of `comeToRest`: for checks that must hold all the time. */
  onStep: (() => Promise<void>) | null
  /** Told of each status that appears on a console's screen. */
  onStatus: ((console: SiteConsole, status: Status) => void) | null
  /** Told of each picture of a stock list that appears on a console's screen. */
  onStock: ((console: SiteConsole, rows: readonly StockRow[]) => void) | null
}

export async function openSite(options: SiteOptions): Promise<Site> {
  const { seed, consoles: count = 1, warehouses = 2, products = 6, signedIn = true } = options
  const kind = options.server ?? 'memory'
  const chance = chanceOf(seed)
  const isBusy = kind === 'postgres' ? (await sharedPostgres()).isBusy : undefined
  const clock = manualClock(undefined, isBusy)
  const ids = chance.fork()
  const truth = kind === 'postgres' ? await postgresServer(clock) : memoryServer(clock, () => ids.uuid())
  const condition = healthyServer()
  const facts = new Facts()
  const faults = new Map<string, number>()
  const fault = (of: string): void => void faults.set(of, (faults.get(of) ?? 0) + 1)
  const server = await openDesk(
    { server: truth, condition, clock, chance: chance.fork(), facts },
    { users: count, warehouses, products },
  )
  const folder = mkdtempSync(join(tmpdir(), 'shelf-site-'))
  const account = (email: string) => server.users.find((user) => user.email === email) ?? null
  const consoles = Array.from({ length: count }, (_, i) =>
    siteConsole({
      no: i + 1,
      folder,
      server: truth,
      condition,
      base: clock,
      chance: chance.fork(),
      account,
      fault,
      async pushed(user, commands, outcomes, isLate) {
        facts.noteDone(user, commands, outcomes, isLate)
        await server.note()
      },
      killed: () => fault('process killed'),
      statusSeen: (status) => site.onStatus?.(site.console(i + 1), status),
      stockSeen: (rows) => site.onStock?.(site.console(i + 1), rows),
      random: chance.fork().random,
      settle: () => clock.settle(),
    }),
  )
  const userOf = (console: SiteConsole) => must(server.users[console.no - 1], 'a user')

  const planned = new Set<Cancel>()
  function callOff(): void {
    for (const cancel of planned) cancel()
    planned.clear()
  }

  /**
   * Somebody at the console signs in if it asks for that; and whoever left work there that only they can send comes back for it.
   * The answer takes its time.
   */
  const signingIn = new Set<SiteConsole>()
  function signInAgain(console: SiteConsole): void {
    const who =
      console.status().link.at === 'signed-out'
        ? (console.user() ?? userOf(console))
        : console.line.stranded()[0]
    if (!who || signingIn.has(console)) return
    signingIn.add(console)
    void console.signIn(who).finally(() => signingIn.delete(console))
  }

  /** Whoever leaves says goodbye first, and waits for at most half a second of this clock that it is heard. */
  async function whileTimeGoesOn<T>(work: Promise<T>): Promise<T> {
    let isDone = false
    const done = work.finally(() => (isDone = true))
    done.catch(() => undefined)
    while (!isDone) await clock.advance(100)
    return await done
  }

  const site: Site = {
    clock,
    chance,
    server,
    facts,
    truth,
    faults,
    fault,
    onStep: null,
    onStatus: null,
    onStock: null,
    poison: condition.poison,
    network: {
      delay: (upToMs) => consoles.forEach(({ line }) => (line.delayMs = upToMs)),
      drop: (share) => consoles.forEach(({ line }) => (line.dropShare = share)),
      duplicate: (share) => consoles.forEach(({ line }) => (line.duplicateShare = share)),
      reorder: (share) => consoles.forEach(({ line }) => (line.reorderShare = share)),
    },
    consoles: () => consoles,
    console: (no) => must(consoles[no - 1], `console ${no}`),
    wait: (ms) => clock.advance(ms),
    later(ms, task) {
      const cancel = clock.after(ms, () => {
        planned.delete(cancel)
        task()
      })
      planned.add(cancel)
    },
    async until(what, holds, withinMs = 5 * 60 * SECOND_MS) {
      for (let waited = 0; !holds(); waited += SECOND_MS) {
        if (waited >= withinMs) throw new Error(`After ${withinMs / SECOND_MS} s still not: ${what}.`)
        await clock.advance(SECOND_MS)
      }
    },
    async sleep(no, ms, how) {
      const console = site.console(no)
      console.fallAsleep(how)
      await clock.advance(ms)
      console.wake(how)
      await clock.settle()
    },
    async heal() {
      callOff()
      condition.refusal = null
      condition.realtimeRefusal = null
      condition.poison.clear()
      server.start()
      await server.schema('ours')
      for (const console of consoles) {
        console.spare()
        console.line.heal()
        await console.line.deliver()
        console.wake()
        await console.start()
      }
    },
    async comeToRest() {
      await site.heal()
      let quietSince: number | null = null
      for (let waited = 0; waited <= STUCK_AFTER_MS + QUIET_MS; waited += SECOND_MS) {
        const unsettled = []
        for (const console of consoles) if (!(await isAtRest(console, facts))) unsettled.push(console)
        if (unsettled.length > 0) quietSince = null
        else quietSince ??= waited
        if (quietSince !== null && waited - quietSince >= QUIET_MS) return []
        for (const console of unsettled) signInAgain(console)
        await clock.advance(quietSince === null ? SECOND_MS : QUIET_LOOK_MS)
        if (quietSince !== null) waited += QUIET_LOOK_MS - SECOND_MS
        await site.onStep?.()
      }
      const stuck = []
      for (const console of consoles) if (!(await isAtRest(console, facts))) stuck.push(console)
      return stuck.map(
        (console) =>
          `console ${console.no} is ${JSON.stringify(console.status().link)}, ` +
          `work ${isSettled(console, facts) ? 'is on its way' : 'apart'}`,
      )
    },
    async rest() {
      const stuck = await site.comeToRest()
      if (stuck.length > 0) throw new Error(`Stuck: ${stuck.join('; ')}`)
    },
    async differences() {
      const found = []
      for (const console of consoles) found.push(...(await differences(console, truth, facts)))
      return found
    },
    async expectEqual() {
      const found = await site.differences()
      if (found.length > 0) throw new Error(`Mirrors differ from the server:\n${found.join('\n')}`)
    },
    async close() {
      callOff()
      const left: string[] = []
      for (const console of consoles) {
        const leaks = await whileTimeGoesOn(console.stop())
        for (const [what, number] of Object.entries(leaks)) {
          if (number > 0) left.push(`console ${console.no} left ${number} ${what}`)
        }
      }
      if (truth.listeners() > 0) left.push(`${truth.listeners()} feeds are open at the server`)
      if (condition.broken.size + condition.closed.size > 0) left.push('listeners on connections are left')
      if (clock.pending() > 0) left.push(`${clock.pending()} timers are set`)
      await truth.stop()
      rmSync(folder, { recursive: true, force: true })
      return left
    },
  }

  for (const console of consoles) {
    await console.start()
    console.show(must(server.warehouses[0], 'a warehouse'))
  }
  if (signedIn) {
    for (const console of consoles) void console.signIn(userOf(console))
    await site.until('every console is live', () => consoles.every((console) => isSettled(console, facts)))
  }
  return site
}

/** The same, and all work of its people is done. */
const isAtRest = async (console: SiteConsole, facts: Facts): Promise<boolean> =>
  isSettled(console, facts) && (await console.hands.isDone())

/** Live, and as far as the server is in everything its user may read. */
function isSettled(console: SiteConsole, facts: Facts): boolean {
  const user = console.user()
  if (console.status().link.at !== 'live' || !user) return false
  const cursors = new Map(
    console
      .mirrorFile()
      ?.scopes()
      .map((scope) => [scope.scope, scope]),
  )
  const granted = facts.grantedNow(user.id).filter(isMirroredByDefault)
  return (
    cursors.size === granted.length &&
    granted.every((scope) => {
      const head = facts.headNow(scope)
      const cursor = cursors.get(scope)
      return cursor?.epoch === head?.epoch && cursor?.seq === head?.head
    })
  )
}

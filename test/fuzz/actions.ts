import { must } from '#shared/lib/must.ts'
import type { WindowId } from '#engine/ports.ts'
import { realtimeRefusals, refusals } from '#test/harness/site/server-condition.ts'
import type { SiteConsole } from '#test/harness/site/site-console.ts'
import type { Site } from '#test/harness/site.ts'

/*
 * What may happen to a site. Each action does one thing, counts it when it is a fault, and tells it in words; null when it
 * made no sense just now.
 */

export interface World {
  site: Site
  /** One console, by chance. */
  console: SiteConsole
  pruned: () => void
  /** The server was told not to take this command. */
  poisoned: (id: string) => void
}

export type Action = (world: World) => Promise<string | null> | string | null

const HOUR_MS = 3_600_000
const keys = <T extends object>(of: T): (keyof T)[] => Object.keys(of) as (keyof T)[]

/** [how often against the others, what]. */
export const actions: readonly (readonly [weight: number, action: Action])[] = [
  [14, change],
  [4, cable],
  [4, halfOpen],
  [2, delay],
  [4, pokes],
  [3, loseAnswers],
  [3, refuseOne],
  [2, refuseRealtimeToOne],
  [2, expireToken],
  [1, revokeSession],
  [2, rights],
  [1, serverRestart],
  [1, serverRefuses],
  [1, realtimeRefuses],
  [1, closeFeeds],
  [1, backup],
  [1, prune],
  [1, schema],
  [3, sleep],
  [1, wrongClock],
  [5, kill],
  [4, start],
  [2, signals],
  [1, switchUser],
]

async function change({ site }: World): Promise<string> {
  const words = []
  for (let n = site.chance.between(1, 3); n > 0; n -= 1) words.push(await site.server.change())
  return `server: ${words.join(', ')}`
}

function cable({ site, console }: World): string {
  if (console.line.cutNow()) {
    console.plugIn()
    if (site.chance.happens(0.5)) console.signal({ kind: 'network-up' })
    return `${console.no}: cable plugged in`
  }
  site.fault('cable cut')
  console.cutCable()
  if (site.chance.happens(0.3)) console.signal({ kind: 'network-down' })
  return `${console.no}: cable cut`
}

function halfOpen({ site, console }: World): string {
  if (console.line.frozenNow()) {
    console.line.thaw()
    return `${console.no}: line passes again`
  }
  site.fault('line half-open')
  console.line.freeze()
  return `${console.no}: line half-open`
}

function delay({ site, console }: World): string {
  const { line } = console
  line.delayMs = line.delayMs > 0 ? 0 : site.chance.oneOf([20, 200, 1_500, 6_000])
  if (line.delayMs > 0) site.fault('line slow')
  return `${console.no}: up to ${line.delayMs} ms on the way`
}

function pokes({ site, console }: World): string {
  const kind = site.chance.oneOf(['dropShare', 'duplicateShare', 'reorderShare'] as const)
  console.line[kind] = console.line[kind] > 0 ? 0 : site.chance.oneOf([0.3, 0.7, 1])
  return `${console.no}: ${kind} of pokes ${console.line[kind]}`
}

function loseAnswers({ site, console }: World): string {
  console.line.answersToLose = site.chance.between(1, 3)
  return `${console.no}: the next ${console.line.answersToLose} answers are lost`
}

function refuseOne({ site, console }: World): string {
  const how = console.line.refusal ? null : site.chance.oneOf(keys(refusals))
  if (how) site.fault(`answer instead: ${how}`)
  console.line.refusal = how && refusals[how]
  return `${console.no}: answered ${how ?? 'as usual'}`
}

function refuseRealtimeToOne({ site, console }: World): string {
  const how = console.line.realtimeRefusal ? null : site.chance.oneOf(keys(realtimeRefusals))
  if (how) site.fault('realtime refused')
  console.line.realtimeRefusal = how && realtimeRefusals[how]
  return `${console.no}: realtime ${how ?? 'as usual'}`
}

function expireToken({ site, console }: World): string {
  const { session } = console.line
  site.fault('token expired')
  if (site.chance.happens(0.3)) session.lifetimeMs = site.chance.oneOf([40_000, 10 * 60_000, HOUR_MS])
  session.expire(site.clock.now())
  return `${console.no}: token expires, the next live ${session.lifetimeMs / 1_000} s`
}

function revokeSession({ site, console }: World): string {
  site.fault('session revoked')
  console.line.session.revoke(site.clock.now())
  return `${console.no}: session revoked`
}

async function rights({ site }: World): Promise<string> {
  const user = site.chance.oneOf(site.server.users)
  const warehouse = site.chance.oneOf(site.server.warehouses)
  const has = site.server.tables
    .where('warehouse_members', 'user_id', user.id)
    .some((row) => row['warehouse_id'] === warehouse)
  if (has) await site.server.revoke(user, warehouse)
  else await site.server.grant(user, warehouse)
  site.fault(has ? 'membership revoked' : 'membership granted')
  const hall = site.server.warehouses.indexOf(warehouse) + 1
  return `server: ${user.email} ${has ? 'leaves' : 'joins'} hall ${hall}`
}

function serverRestart({ site }: World): string {
  site.fault('server restarted')
  site.server.stop()
  site.later(site.chance.between(200, 40_000), () => site.server.start())
  return 'server: goes down for a while'
}

function serverRefuses({ site }: World): string {
  const how = site.chance.oneOf([null, null, ...keys(refusals)])
  if (how) site.fault(`server says: ${how}`)
  site.server.refuse(how)
  return `server: answers ${how ?? 'as usual'}`
}

function realtimeRefuses({ site }: World): string {
  const how = site.chance.oneOf([null, null, ...keys(realtimeRefusals)])
  if (how) site.fault('realtime down')
  site.server.refuseRealtime(how)
  return `server: realtime ${how ?? 'as usual'}`
}

function closeFeeds({ site }: World): string {
  site.fault('channels closed')
  site.server.closeFeeds()
  return 'server: closes all channels'
}

async function backup({ site }: World): Promise<string> {
  if (site.chance.happens(0.4)) {
    await site.server.backUp()
    return 'server: backup made'
  }
  site.fault('server restored')
  await site.server.restoreBackup()
  return 'server: restored from its backup'
}

async function prune({ site, pruned }: World): Promise<string> {
  site.fault('tombstones pruned')
  pruned()
  await site.server.prune(site.chance.oneOf([0, 0, 30_000]))
  return 'server: tombstones pruned'
}

async function schema({ site }: World): Promise<string> {
  const kind = site.chance.oneOf(['newer', 'older', 'ours', 'ours'] as const)
  if (kind !== 'ours') site.fault(`schema ${kind}`)
  await site.server.schema(kind)
  return `server: schema ${kind}`
}

function sleep({ site, console }: World): string | null {
  if (!console.isRunning() || console.clock().isAsleep()) return null
  const unnoticed = site.chance.happens(0.5)
  const ms = site.chance.oneOf([3_000, 20_000, 3 * 60_000, 2 * HOUR_MS])
  site.fault('machine slept')
  console.fallAsleep({ unnoticed })
  site.later(ms, () => console.wake({ unnoticed: unnoticed || site.chance.happens(0.3) }))
  return `${console.no}: sleeps ${ms / 1_000} s${unnoticed ? ', untold' : ''}`
}

function wrongClock({ site, console }: World): string {
  const ms = site.chance.oneOf([-5 * HOUR_MS, -90_000, 2_000, 30_000, 11 * HOUR_MS])
  site.fault('clock set')
  console.setClock(ms)
  return `${console.no}: clock set by ${ms / 1_000} s`
}

function kill({ site, console }: World): string | null {
  if (!console.isRunning()) return null
  if (site.chance.happens(0.3)) {
    console.kill()
    return `${console.no}: killed`
  }
  const statement = site.chance.between(1, 80)
  console.kill({ statement })
  return `${console.no}: will be killed at statement ${statement}`
}

async function start({ site }: World): Promise<string | null> {
  const dead = site.chance.maybeOneOf(site.consoles().filter((console) => !console.isRunning()))
  if (!dead) return null
  await dead.start()
  return `${dead.no}: started`
}

function signals({ site, console }: World): string | null {
  if (!console.isRunning()) return null
  const kind = site.chance.oneOf(['focused', 'unlocked', 'network-up', 'network-down', 'retry'] as const)
  if (kind === 'retry') void console.engine().ask(1 as WindowId, 'link.retry', {})
  else console.signal({ kind })
  return `${console.no}: ${kind}`
}

function switchUser({ site, console }: World): string | null {
  if (!console.isRunning()) return null
  const user = site.chance.oneOf(site.server.users)
  if (site.chance.happens(0.3)) void console.signOut()
  void console.signIn(user)
  site.fault('user switched')
  return `${console.no}: ${user.email} signs in`
}

/** One of them, by weight. */
export function chooseAction(site: Site, from = actions): Action {
  const total = from.reduce((sum, [weight]) => sum + weight, 0)
  let left = site.chance.random() * total
  const chosen = from.find(([weight]) => (left -= weight) < 0)
  return must(chosen, 'an action')[1]
}

import type { MutationId } from '#shared/domain/ids.ts'
import type { ListRow } from '#shared/protocol/views.ts'
import { randomWork } from '#test/harness/site/random-work.ts'
import type { ChangeKind } from '#test/harness/site/random-changes.ts'
import { poisons } from '#test/harness/site/server-condition.ts'
import type { SiteConsole } from '#test/harness/site/site-console.ts'
import type { Site } from '#test/harness/site.ts'
import { actions } from './actions.ts'
import type { Action, World } from './actions.ts'

/*
 * What may happen where people work: everything that goes wrong elsewhere, and commands of all kinds, undone, refused, sent twice,
 * poisoned. Rows that commands change are changed by nothing else here, so that the books can be closed.
 */

const keys = <T extends object>(of: T): (keyof T)[] => Object.keys(of) as (keyof T)[]

/** Changes of rows that no command touches. */
const QUIET_CHANGES: readonly ChangeKind[] = [
  'product renamed',
  'product and barcode added',
  'alert raised',
  'notice sent',
  'profile edited',
  'station renamed',
  'warehouse renamed',
]

/** A restored server has lost what was acknowledged: that books close then is no promise. */
const elsewhere: ReadonlySet<string> = new Set(['change', 'backup'])

export const workActions: readonly (readonly [weight: number, action: Action])[] = [
  [34, work],
  [7, undo],
  [4, desk],
  [3, losePushAnswers],
  [2, holdBack],
  [2, poison],
  [3, quietChange],
  [1, policy],
  [1, look],
  ...actions.filter(([, { name }]) => !elsewhere.has(name)),
]

/** Somebody whose console runs. */
const somebody = ({ site, console }: World): SiteConsole | null =>
  console.isRunning() ? console : site.chance.maybeOneOf(site.consoles().filter((other) => other.isRunning()))

async function work(world: World): Promise<string | null> {
  const { site } = world
  const console = somebody(world)
  if (!console) return null
  const words = []
  for (let n = site.chance.between(1, 3); n > 0; n -= 1)
    words.push((await workOnce(site, console)) ?? 'nothing')
  return `${console.no}: ${words.join(', ')}`
}

async function workOnce(site: Site, console: SiteConsole): Promise<string | null> {
  const { hands, screen } = console
  const user = console.user()
  const warehouse = console.shown()
  if (!console.isRunning() || !user || !warehouse) return null
  const rows = console.mirrorFile()?.rows() ?? []
  const orders = screen.shows('orders')
  const command = await randomWork({
    chance: site.chance,
    user: user.id,
    warehouse,
    rows,
    orders: orders?.kind === 'list' ? (orders.rows as ListRow<'orders.list'>[]) : [],
    asked: [...hands.notes.values()].map((note) => note.command),
    beginCount: (bin) => hands.beginCount(bin),
  })
  if (!command) return null
  const answer = await hands.submit(command)
  return `${command.kind} ${answer?.kind ?? 'without an answer'}`
}

async function undo(world: World): Promise<string | null> {
  const { site } = world
  const console = somebody(world)
  if (!console) return null
  const user = console.user()?.id
  const mine = [...console.hands.notes.values()].filter((note) => note.user === user)
  const target = site.chance.maybeOneOf(mine.slice(-8))
  if (!target) return null
  const answer = await console.hands.undo(site.chance.uuid() as MutationId, target.id)
  return `${console.no}: undo of ${target.command.kind} ${answer?.kind ?? 'without an answer'}`
}

/** Somebody looks after what was refused. */
async function desk({ site, console }: World): Promise<string | null> {
  if (!console.isRunning()) return null
  const list = (await console.hands.list()) ?? []
  const refused = site.chance.maybeOneOf(list.filter(({ state }) => state === 'refused'))
  if (!refused) return null
  const what = site.chance.oneOf(['retry', 'discard', 'assign'] as const)
  const { hands } = console
  const isDone =
    what === 'retry'
      ? await hands.retry(refused.id)
      : what === 'discard'
        ? await hands.discard(refused.id, 'not needed any more')
        : await hands.assign(refused.id, 'please look')
  return `${console.no}: ${what} of a refused ${refused.command.kind}, ${isDone === true ? 'done' : 'not done'}`
}

function losePushAnswers({ site, console }: World): string {
  console.line.pushAnswersToLose = site.chance.between(1, 3)
  return `${console.no}: the server does the next ${console.line.pushAnswersToLose} pushes, their answers are lost`
}

function holdBack({ site, console }: World): string {
  console.line.lateShare = console.line.lateShare > 0 ? 0 : site.chance.oneOf([0.3, 1])
  return `${console.no}: ${console.line.lateShare} of pushes hang on the way`
}

/** The server cannot take a command that waits here. */
async function poison({ site, console, poisoned }: World): Promise<string | null> {
  if (!console.isRunning()) return null
  const list = (await console.hands.list()) ?? []
  const waiting = site.chance.maybeOneOf(list.filter(({ state }) => state === 'queued'))
  if (!waiting) return null
  const how = site.chance.oneOf(keys(poisons))
  site.poison.set(waiting.id, poisons[how])
  poisoned(waiting.id)
  return `${console.no}: ${waiting.command.kind} is poisoned, ${how}`
}

async function quietChange({ site }: World): Promise<string> {
  return `server: ${await site.server.change(site.chance.oneOf(QUIET_CHANGES))}`
}

/** A warehouse that takes everything refuses what is not there from now on, or the reverse. */
async function policy({ site }: World): Promise<string | null> {
  const row = site.chance.oneOf(site.server.tables.all('warehouses'))
  const negative_stock = row['negative_stock'] === 'refuse' ? 'accept_and_flag' : 'refuse'
  await site.server.write({ kind: 'update', table: 'warehouses', rows: [{ ...row, negative_stock }] })
  return `server: a warehouse will ${negative_stock}`
}

function look({ site, console }: World): string {
  const warehouse = site.chance.oneOf(site.server.warehouses)
  console.show(warehouse)
  return `${console.no}: looks at hall ${site.server.warehouses.indexOf(warehouse) + 1}`
}

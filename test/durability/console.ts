import type { MutationId, ProductId, UserId } from '#shared/domain/ids.ts'
import type { Answer, Heard, Question } from '#shared/protocol/contract.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import type { Status } from '#shared/protocol/status.ts'
import { MAX_WINDOW } from '#shared/protocol/views.ts'
import type { ListRow, ViewSpec } from '#shared/protocol/views.ts'
import { composeEngine } from '#engine/compose.ts'
import type { Engine } from '#engine/engine.ts'
import type { WorkChannel } from '#engine/outbox/work.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import type { Log, WindowId } from '#engine/ports.ts'
import { MirrorFile } from '#test/harness/site/mirror-file.ts'
import type { HeldRow } from '#test/harness/site/mirror-file.ts'
import type { Asked } from '#test/harness/site/moves.ts'
import { randomWork } from '#test/harness/site/random-work.ts'
import { chanceOf, runSeed } from '#test/harness/site/seeded.ts'
import { fileSecrets } from './file-secrets.ts'
import type { FromConsole, Life, Report, ToConsole } from './messages.ts'
import { noteInPaper, openPaper } from './receipts.ts'

/*
 * The process that is killed: the product's engine on real files and a real network, and a person who works at it without a
 * pause, one command after the other. It is started beforehand and waits for its life, so that a kill costs no start of Node.
 */

/** The rows a person chooses from are read anew after so many commands. */
const LOOK_EVERY = 25
const window = 1 as WindowId
const say = (message: FromConsole): void => void process.send?.(message)
const silent = (): void => undefined
const log: Log = { debug: silent, info: silent, warn: silent, error: complain, with: () => log }

/** That a file was found damaged is what was asked for. */
function complain(event: string, facts?: Record<string, unknown>): void {
  if (event === 'outbox.damaged') return
  process.stderr.write(`${event} ${JSON.stringify(facts ?? {})}\n`)
}

let engine: Engine | null = null
let working = false

process.on('message', (message) => void hear(message as ToConsole))
process.on('disconnect', () => process.exit(1))
say({ kind: 'loaded' })

async function hear(message: ToConsole): Promise<void> {
  if (message.kind === 'live') await live(message.life)
  if (message.kind === 'network-up') engine?.signal({ kind: 'network-up' })
  if (message.kind === 'report') say({ kind: 'report', report: await report() })
  if (message.kind === 'stop') {
    working = false
    await engine?.stop()
    say({ kind: 'stopped' })
    process.disconnect()
  }
}

let life: Life
let status: Status | null = null

async function live(next: Life): Promise<void> {
  life = next
  engine = composeEngine(
    {
      clock: realClock,
      random: Math.random,
      log,
      secrets: fileSecrets(life.folder),
      post(_window, channel, message) {
        if (channel !== 'view.delta') return
        const { viewId, change } = message as Heard<'view.delta'>
        if (viewId === ('status' as ViewId) && change.kind === 'value') take(change.value as Status)
      },
      serverConfigured: silent,
    },
    {
      directory: life.folder,
      server: life.server,
      demoSignIn: life.user,
      feed: 'broadcast',
      appVersion: '0.0.0',
      station: null,
      nativeBinding: null,
    },
  )
  take((await view({ name: 'status', params: {} }, 'status')) as Status)
  if (life.works) await work(engine)
}

function take(next: Status): void {
  if (status?.link.at !== next.link.at) say({ kind: 'link', at: next.link.at })
  status = next
}

async function view(spec: ViewSpec, id = 'look'): Promise<unknown> {
  const viewId = id as ViewId
  const reply = await engine?.ask(window, 'view.open', { viewId, view: spec })
  if (id !== 'status') await engine?.ask(window, 'view.close', { viewId })
  if (!reply?.ok) return null
  const { result } = reply.value
  return result.kind === 'value' ? result.value : result.rows
}

/** Somebody who never rests. */
async function work(at: Engine): Promise<void> {
  noteInPaper(life.folder, { kind: 'born', life: life.no })
  const paper = openPaper(life.folder)
  const chance = chanceOf(runSeed(life.seed, life.no))
  const asked: Asked[] = []
  let rows: readonly HeldRow[] = []
  let orders: ListRow<'orders.list'>[] = []
  let receipts = 0
  working = true

  async function ask<C extends WorkChannel>(channel: C, question: Question<C>): Promise<Answer<C> | null> {
    const reply = await at.ask(window, channel, question)
    return reply.ok ? reply.value : null
  }

  for (let turn = 0; working; turn += 1) {
    const user = status?.user?.id
    if (!user) {
      await pause(20)
      continue
    }
    if (turn % LOOK_EVERY === 0 || rows.length === 0) {
      rows = readMirror(user)
      const params = { warehouseId: life.warehouse, status: null, offset: 0, limit: 100 }
      orders = ((await view({ name: 'orders.list', params })) ?? []) as ListRow<'orders.list'>[]
      if (rows.length === 0) await pause(20)
    }
    const heardBefore = receipts
    if (asked.length > 0 && chance.happens(0.1)) await undoOne()
    else {
      const command = await randomWork({
        chance,
        user,
        warehouse: life.warehouse,
        rows,
        orders,
        asked,
        beginCount: async (bin) => (await ask('work.begin-count', bin))?.basis ?? null,
      })
      if (command) {
        paper.asked(command)
        const answer = await ask('work.submit', { command })
        if (answer) {
          asked.push(command)
          paper.heard({ kind: answer.kind === 'kept' ? 'receipted' : 'objected', id: command.mutation_id })
          if (answer.kind === 'kept') receipts += 1
        }
      }
    }
    if (receipts !== heardBefore && (receipts === 1 || receipts % 10 === 0))
      say({ kind: 'receipts', count: receipts })
    await pause(chance.happens(0.05) ? chance.between(5, 60) : 0)
  }
  paper.close()

  async function undoOne(): Promise<void> {
    const { mutation_id: target, kind } = chance.oneOf(asked.slice(-10))
    if (kind === 'undo') return
    const id = chance.uuid() as MutationId
    const command = { kind: 'undo', mutation_id: id, undoes: target } as Asked
    paper.asked(command)
    const answer = await ask('work.undo', { id, undoes: target })
    if (answer?.kind === 'taken-back') paper.heard({ kind: 'taken-back', id, target })
    else if (answer?.kind === 'kept') {
      paper.heard({ kind: 'receipted', id })
      receipts += 1
    }
  }
}

function readMirror(user: UserId): readonly HeldRow[] {
  const file = new MirrorFile(life.folder, life.server.url, user)
  try {
    return file.exists() ? file.rows() : []
  } finally {
    file.close()
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => (ms === 0 ? setImmediate(resolve) : setTimeout(resolve, ms)))

async function report(): Promise<Report> {
  const items = []
  for (;;) {
    const params = { filter: 'all', offset: items.length, limit: MAX_WINDOW } as const
    const page = ((await view({ name: 'work.list', params })) ?? []) as ListRow<'work.list'>[]
    items.push(...page)
    if (page.length < MAX_WINDOW) break
  }
  const params = {
    warehouseId: life.warehouse,
    search: '',
    filter: 'all',
    sort: 'sku',
    direction: 'asc',
    offset: 0,
    limit: MAX_WINDOW,
  } as const
  const stock = ((await view({ name: 'stock.list', params })) ?? []) as ListRow<'stock.list'>[]
  const shown = Object.fromEntries(stock.map(({ id, onHand }) => [id, onHand])) as Record<ProductId, number>
  return { link: status?.link.at ?? 'unknown', items, shown }
}

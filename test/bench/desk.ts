/*
 * Three consoles on one busy site: `npx node test/bench/desk.ts [--rate 100] [--duration 60] [--events 200] [--json FILE]`.
 * Plays movements at a steady rate, and meanwhile lets one console do work, one piece after the other, and asks how long the event
 * of it takes to the other two. At the end the boards, the figures and the fleet of all three are held against the server, and every
 * mirrored row.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from '@playwright/test'
import type { Activity } from '#shared/protocol/activity.ts'
import type { Fleet } from '#shared/protocol/fleet.ts'
import type { OrdersSummary } from '#shared/protocol/orders.ts'
import type { Summary, ViewSpec } from '#shared/protocol/views.ts'
import { launchApp } from '../../scripts/launch/app.ts'
import { compareWithSite } from '../e2e/support/mirror.ts'
import type { Site } from '../e2e/support/site.ts'
import { singleBinLines } from '../e2e/support/stock-changes.ts'
import { liveStock } from '../e2e/support/stock-page.ts'
import { invoiceLines, replay } from './replaying.ts'
import { say, withStage } from './stage.ts'

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '100' },
    duration: { type: 'string', default: '60' },
    events: { type: 'string', default: '200' },
    json: { type: 'string' },
  },
})
const CONSOLES = 3
const DOWNLOAD_MS = 180_000
/** What everything sent last may take to everybody, and stations to be told of. */
const SETTLE_MS = 60_000
const LAST_EVENT_MS = 10_000

type ValueOf = { 'orders.summary': OrdersSummary; summary: Summary; fleet: Fleet; activity: Activity }

/** The value of a view as this window would be shown it now. */
const read = <N extends keyof ValueOf>(
  page: Page,
  name: N,
  params: Extract<ViewSpec, { name: N }>['params'],
): Promise<ValueOf[N]> =>
  page.evaluate(
    async ([view, viewId]) => {
      const { shelf } = globalThis as typeof globalThis & {
        shelf: { ask(channel: string, question: object): Promise<{ value: { result: { value: never } } }> }
      }
      const { value } = await shelf.ask('view.open', { viewId, view })
      await shelf.ask('view.close', { viewId })
      return value.result.value
    },
    [{ name, params }, `bench-${name}`] as const,
  )

interface Heard {
  product: string
  at: number
}

/** Writes down when each event about stock is first shown to this window, and how often each is. */
const listen = (page: Page, warehouseId: string): Promise<void> =>
  page.evaluate(async (id) => {
    interface Delta {
      viewId: string
      change: {
        kind: string
        value: { events: { id: string; about: { kind: string; productId: string } }[] }
      }
    }
    const { shelf } = globalThis as typeof globalThis & {
      shelf: {
        ask(channel: string, question: object): Promise<unknown>
        hear(channel: string, listener: (delta: Delta) => void): void
      }
    }
    const heard: Heard[] = []
    const seen = new Set<string>()
    Object.assign(globalThis, { heard })
    shelf.hear('view.delta', ({ viewId, change }) => {
      if (viewId !== 'listening' || change.kind !== 'value') return
      for (const { id: eventId, about } of change.value.events) {
        if (about.kind !== 'inventory_updated' || seen.has(eventId)) continue
        seen.add(eventId)
        heard.push({ product: about.productId, at: Date.now() })
      }
    })
    await shelf.ask('view.open', {
      viewId: 'listening',
      view: { name: 'activity', params: { warehouseId: id } },
    })
  }, warehouseId)

const heardBy = (page: Page): Promise<Heard[]> =>
  page.evaluate(() => (globalThis as typeof globalThis & { heard: Heard[] }).heard)

/** What was heard once it is all there, or as much as comes while a lost event may be waited for. */
async function heardAll(page: Page, done: readonly Heard[]): Promise<Heard[]> {
  const until = Date.now() + LAST_EVENT_MS
  for (;;) {
    const heard = await heardBy(page)
    const products = new Set(heard.map(({ product }) => product))
    if (done.every(({ product }) => products.has(product)) || Date.now() > until) return heard
    await page.waitForTimeout(100)
  }
}

/** Work at one console, each piece on a product of its own. @returns when each got its receipt */
async function doWork(page: Page, warehouseId: string, products: readonly string[]): Promise<Heard[]> {
  const done: Heard[] = []
  for (const product of products) {
    const at = await page.evaluate(
      async ([warehouse_id, product_id]) => {
        const { shelf } = globalThis as typeof globalThis & {
          shelf: { ask(channel: string, question: object): Promise<{ ok: boolean }> }
        }
        const reply = await shelf.ask('work.submit', {
          command: {
            ...{ kind: 'receive', mutation_id: crypto.randomUUID(), warehouse_id, product_id },
            ...{ bin: 'BENCH', quantity: 1, reference: null },
          },
        })
        if (!reply.ok) throw new Error(JSON.stringify(reply))
        return Date.now()
      },
      [warehouseId, product] as const,
    )
    done.push({ product, at })
    await page.waitForTimeout(150)
  }
  return done
}

/** What the server itself counts. */
async function truth(site: Site, warehouseId: string) {
  const orders = await site.sql<{ status: string; orders: number }>(
    `select status, count(*)::int as orders from sales_orders where warehouse_id = '${warehouseId}' group by 1`,
  )
  const [units] = await site.sql<{ units: number }>(
    `select sum(quantity_on_hand)::int as units from inventory where warehouse_id = '${warehouseId}'`,
  )
  return { orders: new Map(orders.map((row) => [row.status, row.orders])), units: units?.units ?? 0 }
}

async function rightAt(page: Page, site: Site, warehouseId: string): Promise<string[]> {
  const server = await truth(site, warehouseId)
  const wrong: string[] = []
  const orders = await read(page, 'orders.summary', { warehouseId: warehouseId as never, at: Date.now() })
  for (const { status, orders: shown } of orders) {
    const there = server.orders.get(status) ?? 0
    if (shown !== there) wrong.push(`${status}: ${shown} shown, ${there} on the server`)
  }
  const { unitsOnHand } = await read(page, 'summary', { warehouseId: warehouseId as never })
  if (unitsOnHand !== server.units) wrong.push(`units: ${unitsOnHand} shown, ${server.units} on the server`)
  const { stations, atRisk } = await read(page, 'fleet', { warehouseId: warehouseId as never })
  const here = stations.filter(({ presence, user }) => presence === 'here' && user !== null).length
  if (here !== CONSOLES) wrong.push(`fleet: ${here} of ${CONSOLES} are here with their user`)
  if (atRisk.commands !== 0) wrong.push(`fleet: ${atRisk.commands} at risk`)
  return wrong
}

await withStage(async ({ site, start, folder }) => {
  const folders = Array.from({ length: CONSOLES }, (_, at) => join(folder, `console-${at + 1}`))
  const apps = []
  try {
    for (const userData of folders) {
      await mkdir(userData, { recursive: true })
      apps.push(await launchApp({ ...start, env: { ...start.env, SMART_SHELF_USER_DATA: userData } }))
    }
    const pages = await Promise.all(
      apps.map(async (app) => (await liveStock(await app.firstWindow(), DOWNLOAD_MS)).window),
    )
    const [worker, ...others] = pages
    if (!worker) throw new Error('No console was started.')
    const [hall] = await site.sql<{ id: string }>(`select id from warehouses where code = 'BER'`)
    const warehouseId = hall!.id
    const lines = await singleBinLines(site, Number(values.events))
    const rows = await site.sql<{ id: string }>(
      `select id from products where sku in (${lines.map(({ sku }) => `'${sku}'`).join(', ')})`,
    )
    const products = rows.map(({ id }) => id)
    await writeFile(join(folder, 'lines.csv'), await invoiceLines(site, new Set(lines.map(({ sku }) => sku))))
    for (const page of others) await listen(page, warehouseId)

    const { ended, json } = replay(site, folder, values)
    const done = await doWork(worker, warehouseId, products)
    await ended
    const played: unknown = JSON.parse(await readFile(json, 'utf8'))

    const tookMs: number[] = []
    const missed: string[] = []
    let twice = 0
    for (const page of others) {
      const heard = await heardAll(page, done)
      for (const { product, at } of done) {
        const all = heard.filter((event) => event.product === product)
        if (all.length > 1) twice += 1
        if (all[0]) tookMs.push(all[0].at - at)
        else missed.push(product)
      }
    }
    tookMs.sort((a, b) => a - b)
    const at = (share: number) => tookMs[Math.floor((tookMs.length - 1) * share)]

    const until = Date.now() + SETTLE_MS
    let wrong: string[][] = []
    do {
      await worker.waitForTimeout(1_000)
      wrong = await Promise.all(pages.map((page) => rightAt(page, site, warehouseId)))
    } while (wrong.some((each) => each.length > 0) && Date.now() < until)
    const mirrors = []
    for (const userData of folders) mirrors.push((await compareWithSite(userData, site)).equal)

    const result = {
      load: loadavg()[0],
      played,
      events: {
        ...{ sent: done.length, to: others.length, seen: tookMs.length, missed: missed.length, twice },
        ...{ medianMs: at(0.5), p99Ms: at(0.99), worstMs: at(1) },
      },
      wrongAtTheEnd: wrong,
      mirrorsEqualServer: mirrors,
    }
    say(JSON.stringify(result, null, 2))
    if (values.json !== undefined) await writeFile(values.json, JSON.stringify(result, null, 2))
    const passed =
      missed.length === 0 &&
      twice === 0 &&
      (at(0.99) ?? Infinity) < 1_000 &&
      wrong.every((each) => each.length === 0) &&
      mirrors.every(Boolean)
    say(passed ? 'passed' : 'FAILED')
    process.exitCode = passed ? 0 : 1
  } finally {
    for (const app of apps) await app.close()
  }
})

/*
 * The network comes back after an outage in which the warehouse went on: `npx node test/bench/catch-up.ts [--rows 5000,100000]
 * [--json FILE]`. Real window, embedded backend, a mirror of over 100,000 rows. For each size: the cable is pulled, so many rows
 * change on the server, the cable is plugged back. Time to live counts from the sign that the network is back, which a person's
 * "Try now" and the system's own signal both are. Meanwhile somebody types and scrolls: each key and each turn of the wheel
 * counts from the event to the frame that follows it.
 */
import { writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { expect } from '@playwright/test'
import { layCable, type Cable } from '../../scripts/lib/cable.ts'
import { compareWithSite } from '../e2e/support/mirror.ts'
import type { Site } from '../e2e/support/site.ts'
import { addBulkStock } from '../e2e/support/stock-changes.ts'
import type { StockPage } from '../e2e/support/stock-page.ts'
import { say, withConsole, withStage } from './stage.ts'

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '5000,100000' }, json: { type: 'string' } },
})

const BULK_PRODUCTS = 48_000
const OFFLINE_MS = 60_000
const LIVE_MS = 180_000
const IDLE_KEYS = 40
const KEYS_A_TURN = ['b', 'u', 'l', 'k', 'Backspace', 'Backspace', 'Backspace', 'Backspace'] as const
/** What a fast typist and a wheel that keeps turning do. */
const PACE_MS = 40

interface Felt {
  keys: number[]
  wheel: number[]
}
type Watched = typeof globalThis & { felt: Felt; backAt: number; liveAt: number | null }

/** Changes so many rows, half of them stock and half of them products. */
async function changeRows(site: Site, rows: number): Promise<number> {
  const half = Math.ceil(rows / 2)
  let changed = 0
  for (const [table, column] of [
    ['inventory', 'quantity_on_hand'],
    ['products', 'reorder_point'],
  ] as const) {
    const [count] = await site.sql<{ n: number }>(
      `with changed as (update ${table} set ${column} = ${column} + 1
          where id in (select id from ${table} order by id limit $1) returning 1)
       select count(*)::int as n from changed`,
      half,
    )
    changed += count?.n ?? 0
  }
  return changed
}

/** Notes what keys and wheel feel like, from now on, and when the bar says Live. */
async function watch({ window, freshness }: StockPage): Promise<void> {
  await window.evaluate(() => {
    const felt: Felt = { keys: [], wheel: [] }
    Object.assign(globalThis, { felt })
    const note = (list: number[], event: Event) =>
      requestAnimationFrame(() => {
        // The task after the frame's callbacks runs when the frame has been handed to be drawn.
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => list.push(performance.now() - event.timeStamp)
        port2.postMessage(null)
      })
    const options = { capture: true, passive: true }
    document.addEventListener('keydown', (event) => note((globalThis as Watched).felt.keys, event), options)
    document.addEventListener('wheel', (event) => note((globalThis as Watched).felt.wheel, event), options)
  })
  await freshness.evaluate((bar) => {
    new MutationObserver(() => {
      const page = globalThis as Watched
      if (page.liveAt === null && bar.textContent?.startsWith('Live')) page.liveAt = performance.now()
    }).observe(bar, { subtree: true, childList: true, characterData: true })
  })
}

/** What was felt since the last time this was asked. */
const takeFelt = ({ window }: StockPage): Promise<Felt> =>
  window.evaluate(() => {
    const page = globalThis as Watched
    const { felt } = page
    page.felt = { keys: [], wheel: [] }
    return felt
  })

/** Types into the search and scrolls the list until `isOver`. */
async function work(stock: StockPage, isOver: (keys: number) => Promise<boolean> | boolean): Promise<void> {
  const { window, grid, search } = stock
  await search.focus()
  const box = await grid.boundingBox()
  if (box) await window.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  for (let keys = 0; !(await isOver(keys)); keys++) {
    await window.keyboard.press(KEYS_A_TURN[keys % KEYS_A_TURN.length]!)
    await window.mouse.wheel(0, keys % 40 < 20 ? 400 : -400)
    await window.waitForTimeout(PACE_MS)
  }
  await search.fill('')
  await window.mouse.move(600, 4)
}

function summary(list: readonly number[]) {
  const sorted = [...list].sort((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)
  return { count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}

const summaries = ({ keys, wheel }: Felt) => ({ keys: summary(keys), wheel: summary(wheel) })

async function outage(site: Site, cable: Cable, stock: StockPage, rows: number) {
  const { window, freshness } = stock
  cable.pull()
  await expect(freshness).toContainText(/^Offline/, { timeout: OFFLINE_MS })
  const changed = await changeRows(site, rows)
  await takeFelt(stock)
  await cable.plug()
  await window.evaluate(async () => {
    const page = globalThis as Watched & {
      shelf: { ask(channel: string, question: object): Promise<unknown> }
    }
    page.liveAt = null
    page.backAt = performance.now()
    await page.shelf.ask('link.retry', {})
  })
  const deadline = performance.now() + LIVE_MS
  await work(stock, () => {
    if (performance.now() > deadline) throw new Error(`Not live again within ${LIVE_MS / 1_000} s.`)
    return window.evaluate(() => (globalThis as Watched).liveAt !== null)
  })
  const liveMs = await window.evaluate(() => (globalThis as Watched).liveAt! - (globalThis as Watched).backAt)
  const felt = summaries(await takeFelt(stock))
  const result = {
    rows: changed,
    liveMs: Math.round(liveMs),
    rowsPerSecond: Math.round(changed / (liveMs / 1_000)),
  }
  say(
    `${changed.toLocaleString('en')} rows: live after ${(liveMs / 1_000).toFixed(2)} s, ` +
      `${result.rowsPerSecond.toLocaleString('en')} rows/s; ${inWords(felt)}`,
  )
  return { ...result, felt }
}

const inWords = ({ keys, wheel }: ReturnType<typeof summaries>): string =>
  `${keys.count} keys to paint p50 ${keys.p50Ms} p99 ${keys.p99Ms} max ${keys.maxMs} ms, ` +
  `${wheel.count} wheel turns p50 ${wheel.p50Ms} p99 ${wheel.p99Ms} max ${wheel.maxMs} ms`

await withStage(async ({ site, start, folder, runtimeVersion }) => {
  say(`${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, load ${loadavg()[0]?.toFixed(1)}`)
  await addBulkStock(site, BULK_PRODUCTS)
  const cable = await layCable(site.url)
  try {
    const env = { ...start.env, SUPABASE_URL: cable.url }
    await withConsole({ ...start, env }, async (stock) => {
      await watch(stock)
      await work(stock, (keys) => keys >= IDLE_KEYS)
      const idle = summaries(await takeFelt(stock))
      say(`Nothing else going on: ${inWords(idle)}`)
      const outages = []
      for (const rows of values.rows.split(',').map(Number))
        outages.push(await outage(site, cable, stock, rows))
      const { equal, differences } = await compareWithSite(folder, site)
      say(
        equal ? 'Every row of the mirror equals the server.' : `Differences: ${JSON.stringify(differences)}`,
      )
      const result = {
        electron: runtimeVersion,
        load: loadavg()[0],
        idle,
        outages,
        mirrorEqualsServer: equal,
      }
      if (values.json !== undefined) await writeFile(values.json, JSON.stringify(result, null, 2))
      if (!equal) process.exitCode = 1
    })
  } finally {
    await cable.close()
  }
})

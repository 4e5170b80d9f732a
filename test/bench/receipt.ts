/*
 * How long a scan waits for its beep, in the real window: `npx node test/bench/receipt.ts [--commands 500] [--json FILE]`. From the
 * moment at which the window asks for a command to the receipt that says it is on disk; with nothing else going on, and while
 * a console with an empty folder downloads over 100,000 rows for the first time. A receipt waits for two syncs: beside each a bare
 * process writes and syncs a line in two files, which no console on this disk can be faster than.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from '@playwright/test'
import { launchApp } from '../../scripts/launch/app.ts'
import type { AppStart } from '../../scripts/launch/app.ts'
import { addBulkStock } from '../e2e/support/stock-changes.ts'
import type { Site } from '../e2e/support/site.ts'
import { say, withConsole, withStage } from './stage.ts'

const { values } = parseArgs({
  options: { commands: { type: 'string', default: '500' }, json: { type: 'string' } },
})
const COMMANDS = Number(values.commands)
const BULK_PRODUCTS = 48_000
/** What a fast person at a scanner does not reach. */
const PACE_MS = 20
const MEDIAN_LIMIT_MS = 5
const P99_LIMIT_MS = 25

interface Scans {
  warehouse: string
  products: string[]
  commands: number
  paceMs: number
  /** Stops when the freshness bar says so. */
  untilLive: boolean
}

interface Heard {
  tookMs: number[]
  objected: number
  failed: string[]
}

/** The products that a download brings first, so that there is something to scan early in it. */
async function scansAt(site: Site): Promise<Pick<Scans, 'warehouse' | 'products'>> {
  const [hall] = await site.sql<{ id: string }>(`select id from warehouses where code = 'BER'`)
  const rows = await site.sql<{ id: string }>(
    `select c.row_id::text as id from sync_changes c join sync_scopes s on s.id = c.scope_id
     where s.scope = 'site' and c.table_name = 'products' and c.op = 'U' order by c.seq limit 50`,
  )
  if (!hall || rows.length === 0) throw new Error('The site has no Berlin, or no products.')
  return { warehouse: hall.id, products: rows.map(({ id }) => id) }
}

/** Runs in the page: one scan after the other, each timed from the question to the answer. */
const scan = (page: Page, scans: Scans): Promise<Heard> =>
  page.evaluate(async ({ warehouse, products, commands, paceMs, untilLive }) => {
    interface Reply {
      ok: boolean
      value?: { kind: string; refusal?: { code: string } }
      error?: { code: string }
    }
    const { shelf } = globalThis as typeof globalThis & {
      shelf: { ask(channel: string, question: object): Promise<Reply> }
    }
    const heard: Heard = { tookMs: [], objected: 0, failed: [] }
    const isLive = (): boolean =>
      document.querySelector('[role=group][aria-label^="How fresh"]')?.textContent?.startsWith('Live') ===
      true
    const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
    for (let at = 0; heard.tookMs.length < commands; at += 1) {
      if (untilLive && isLive()) break
      const command = {
        kind: 'receive',
        mutation_id: crypto.randomUUID(),
        warehouse_id: warehouse,
        product_id: products[at % products.length],
        bin: `SCAN-${at % 7}`,
        quantity: 1,
        reference: null,
      }
      const askedAt = performance.now()
      const reply = await shelf.ask('work.submit', { command })
      const tookMs = performance.now() - askedAt
      if (reply.ok && reply.value?.kind === 'kept') heard.tookMs.push(tookMs)
      else if (reply.ok) heard.objected += 1
      else heard.failed.push(reply.error?.code ?? 'no code')
      await pause(paceMs)
    }
    return heard
  }, scans)

function spreadOf(tookMs: readonly number[]) {
  const sorted = [...tookMs].sort((a, b) => a - b)
  const at = (share: number): number =>
    Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? NaN) * 10) / 10
  return { count: sorted.length, medianMs: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}

interface Measured {
  receipts: ReturnType<typeof spreadOf>
  bareSyncs: ReturnType<typeof spreadOf>
  objected: number
  failed: string[]
}

const spreadInWords = ({ medianMs, p99Ms, maxMs }: ReturnType<typeof spreadOf>): string =>
  `median ${medianMs} ms, p99 ${p99Ms} ms, worst ${maxMs} ms`

const inWords = ({ receipts, bareSyncs, objected, failed }: Measured): string =>
  `${receipts.count} receipts, ${spreadInWords(receipts)}; two bare syncs ${spreadInWords(bareSyncs)}; ` +
  `${objected} objected to, ${failed.length} failed${failed.length > 0 ? ` (${[...new Set(failed)].join(', ')})` : ''}`

/** Scans, and what the disk alone takes meanwhile. */
async function besideBareSyncs(folder: string, scans: () => Promise<Heard>): Promise<Measured> {
  const child = fork(join(import.meta.dirname, 'bare-syncs.child.ts'), [folder])
  try {
    const { tookMs, objected, failed } = await scans()
    child.send('stop')
    const [bare] = (await once(child, 'message')) as [number[]]
    return { receipts: spreadOf(tookMs), bareSyncs: spreadOf(bare), objected, failed }
  } finally {
    child.kill()
  }
}

/** A console that has nothing yet. */
async function duringFirstDownload(site: Site, start: AppStart, folder: string): Promise<Measured> {
  const app = await launchApp({ ...start, env: { ...start.env, SMART_SHELF_USER_DATA: join(folder, 'new') } })
  try {
    const page = await app.firstWindow()
    // From the first moment at which it takes work at all.
    await page.getByRole('group', { name: /^How fresh/ }).waitFor()
    const where = await scansAt(site)
    return await besideBareSyncs(folder, () =>
      scan(page, { ...where, commands: 100_000, paceMs: PACE_MS, untilLive: true }),
    )
  } finally {
    await app.close()
  }
}

await withStage(async ({ site, start, folder, runtimeVersion }) => {
  say(`${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, load ${loadavg()[0]?.toFixed(1)}`)
  const where = await scansAt(site)
  const idle = await withConsole(start, ({ window }) =>
    besideBareSyncs(folder, () =>
      scan(window, { ...where, commands: COMMANDS, paceMs: PACE_MS, untilLive: false }),
    ),
  )
  say(`Nothing else going on:          ${inWords(idle)}`)
  await addBulkStock(site, BULK_PRODUCTS)
  const download = await duringFirstDownload(site, start, folder)
  say(`During a first download:        ${inWords(download)}`)
  if (values.json !== undefined) {
    const json = { electron: runtimeVersion, load: loadavg()[0], idle, download }
    await writeFile(values.json, JSON.stringify(json, null, 2))
  }
  const passed = [idle, download].every(
    ({ receipts, failed }) =>
      receipts.count > 0 &&
      failed.length === 0 &&
      receipts.medianMs < MEDIAN_LIMIT_MS &&
      receipts.p99Ms < P99_LIMIT_MS,
  )
  say(passed ? 'passed' : 'FAILED')
  process.exitCode = passed ? 0 : 1
})

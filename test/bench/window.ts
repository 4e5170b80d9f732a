/*
 * What a person waits for, on this machine, in the real window over the embedded backend:
 * `npx node test/bench/window.ts [--changes 300] [--starts 5] [--json FILE]`.
 * Postgres to pixels, one change after the other; and a start without a server on a mirror of 100,000 rows.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { _electron } from '@playwright/test'
import { ensureDisplay, ensureRuntime } from '../../scripts/electron-runtime/index.ts'
import { buildIfStale } from '../../scripts/launch/build.ts'
import { addBulkStock, singleBinLines } from '../e2e/support/stock-changes.ts'
import { coldStart, type StartOptions } from '../e2e/support/cold-start.ts'
import { measureLatency } from '../e2e/support/latency.ts'
import { makeTemplate, openSite, type Site } from '../e2e/support/site.ts'
import { liveStock } from '../e2e/support/stock-page.ts'

const { values } = parseArgs({
  options: {
    changes: { type: 'string', default: '300' },
    starts: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
})

const project = resolve(import.meta.dirname, '../..')
const BULK_PRODUCTS = 48_000
const DOWNLOAD_MS = 180_000
const say = (line: string): void => console.log(line)
const ms = (value: number): string => `${value.toFixed(1)} ms`

/** Opens a console, works with its live stock, and closes it. */
async function withConsole<T>(
  start: StartOptions,
  work: (stock: Awaited<ReturnType<typeof liveStock>>) => Promise<T>,
): Promise<T> {
  const app = await _electron.launch({
    executablePath: start.executablePath,
    args: [...start.args],
    chromiumSandbox: !start.args.includes('--no-sandbox'),
    env: start.env as Record<string, string>,
  })
  try {
    return await work(await liveStock(await app.firstWindow(), DOWNLOAD_MS))
  } finally {
    await app.close()
  }
}

async function postgresToPixels(site: Site, start: StartOptions) {
  return await withConsole(start, async (stock) => {
    const onScreen = new Set((await stock.visible()).slice(0, 15).map(({ sku }) => sku))
    const lines = (await singleBinLines(site, 60)).filter(({ sku }) => onScreen.has(sku))
    const { sortedMs, medianMs, p99Ms } = await measureLatency(site, stock, lines, Number(values.changes))
    say(
      `Postgres to pixels, ${sortedMs.length} changes        median ${ms(medianMs)}  p99 ${ms(p99Ms)}  worst ${ms(sortedMs.at(-1)!)}`,
    )
    return { changes: sortedMs.length, medianMs, p99Ms, worstMs: sortedMs.at(-1) }
  })
}

async function coldStarts(site: Site, start: StartOptions) {
  await addBulkStock(site, BULK_PRODUCTS)
  const downloadFrom = performance.now()
  await withConsole(start, () => Promise.resolve())
  const firstLiveMs = performance.now() - downloadFrom
  say(`First start, download of 100,000 rows, live     ${(firstLiveMs / 1_000).toFixed(1)} s`)
  await site.kill()
  const took: number[] = []
  for (let i = 0; i < Number(values.starts); i++) took.push((await coldStart(start)).firstRowsMs)
  const sortedMs = took.sort((a, b) => a - b)
  const medianMs = sortedMs[Math.floor(sortedMs.length / 2)]!
  say(
    `First rows without a server, ${sortedMs.length} starts           median ${ms(medianMs)}  worst ${ms(sortedMs.at(-1)!)}`,
  )
  return { firstLiveMs, startsMs: sortedMs, medianMs }
}

await buildIfStale(say)
const runtime = await ensureRuntime(say)
const display = await ensureDisplay(say)
const template = await makeTemplate()
const site = await openSite(template)
const folder = await mkdtemp(join(tmpdir(), 'smart-shelf-bench-'))
try {
  const start: StartOptions = {
    executablePath: runtime.executablePath,
    args: [...runtime.args, project],
    env: { ...process.env, ...runtime.env, ...display.env, ...site.demoEnv, SMART_SHELF_USER_DATA: folder },
  }
  say(`${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, load ${loadavg()[0]?.toFixed(1)}`)
  const latency = await postgresToPixels(site, start)
  const starts = await coldStarts(site, start)
  const electron = runtime.version
  if (values.json !== undefined)
    await writeFile(values.json, JSON.stringify({ electron, latency, starts }, null, 2))
} finally {
  await site.close()
  await display.stop()
  for (const left of [folder, template]) await rm(left, { recursive: true, force: true })
}

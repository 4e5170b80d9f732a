/*
 * What a person waits for, on this machine, in the real window over the embedded backend:
 * `npx node test/bench/window.ts [--changes 300] [--starts 5] [--json FILE]`.
 * Postgres to pixels, one change after the other; and a start without a server on a mirror of 100,000 rows.
 */
import { writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import type { AppStart } from '../../scripts/launch/app.ts'
import { addBulkStock, singleBinLines } from '../e2e/support/stock-changes.ts'
import { coldStart } from '../e2e/support/cold-start.ts'
import { measureLatency } from '../e2e/support/latency.ts'
import type { Site } from '../e2e/support/site.ts'
import { say, withConsole, withStage } from './stage.ts'

const { values } = parseArgs({
  options: {
    changes: { type: 'string', default: '300' },
    starts: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
})

const BULK_PRODUCTS = 48_000
const ms = (value: number): string => `${value.toFixed(1)} ms`

async function postgresToPixels(site: Site, start: AppStart) {
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

async function coldStarts(site: Site, start: AppStart) {
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

await withStage(async ({ site, start, runtimeVersion }) => {
  say(`${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, load ${loadavg()[0]?.toFixed(1)}`)
  const latency = await postgresToPixels(site, start)
  const starts = await coldStarts(site, start)
  if (values.json !== undefined)
    await writeFile(values.json, JSON.stringify({ electron: runtimeVersion, latency, starts }, null, 2))
})

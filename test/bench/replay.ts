/*
 * A busy warehouse in the real window over the embedded backend:
 * `npx node test/bench/replay.ts [--rate 200] [--duration 60] [--json FILE]`.
 * Plays movements at a steady rate through the server's functions, asks meanwhile how long single changes take from Postgres to
 * pixels and whether the bar stays live, and compares every mirrored row with the server at the end.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureLatency } from '../e2e/support/latency.ts'
import { compareWithSite } from '../e2e/support/mirror.ts'
import { singleBinLines } from '../e2e/support/stock-changes.ts'
import type { StockPage } from '../e2e/support/stock-page.ts'
import { invoiceLines, replay } from './replaying.ts'
import { say, withConsole, withStage } from './stage.ts'

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '200' },
    duration: { type: 'string', default: '60' },
    json: { type: 'string' },
  },
})

/** Counts what the bar says, from now until asked. */
async function watchBar(stock: StockPage): Promise<() => Promise<{ looks: number; notLive: string[] }>> {
  await stock.freshness.evaluate((bar) => {
    const seen = { looks: 0, notLive: [] as string[] }
    Object.assign(globalThis, { barSeen: seen })
    setInterval(() => {
      seen.looks++
      const words = bar.textContent ?? ''
      if (!words.startsWith('Live')) seen.notLive.push(words)
    }, 50)
  })
  return () => stock.window.evaluate(() => (globalThis as typeof globalThis & { barSeen: never }).barSeen)
}

await withStage(({ site, start, folder }) =>
  withConsole(start, async (stock) => {
    const onScreen = new Set((await stock.visible()).map(({ sku }) => sku))
    const lines = (await singleBinLines(site, 60)).filter(({ sku }) => onScreen.has(sku)).slice(0, 10)
    await writeFile(join(folder, 'lines.csv'), await invoiceLines(site, onScreen))

    const barSaid = await watchBar(stock)
    const { ended, json } = replay(site, folder, values)
    const latencies: number[] = []
    let running = true
    void ended.then(() => (running = false))
    while (running) latencies.push(...(await measureLatency(site, stock, lines, 20)).sortedMs)
    const played: unknown = JSON.parse(await readFile(json, 'utf8'))

    latencies.sort((a, b) => a - b)
    const at = (share: number) => Math.round(latencies[Math.floor((latencies.length - 1) * share)] ?? 0)
    const bar = await barSaid()
    await stock.window.waitForTimeout(2_000)
    const comparison = await compareWithSite(folder, site)
    const result = {
      load: loadavg()[0],
      played,
      lagMs: { changes: latencies.length, median: at(0.5), p99: at(0.99), worst: at(1) },
      bar: { looks: bar.looks, notLive: bar.notLive.length, words: [...new Set(bar.notLive)].slice(0, 5) },
      mirrorEqualsServer: comparison.equal,
      differences: comparison.differences,
    }
    say(JSON.stringify(result, null, 2))
    if (values.json !== undefined) await writeFile(values.json, JSON.stringify(result, null, 2))
  }),
)

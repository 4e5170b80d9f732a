import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { projectFolder } from '../../scripts/launch/folders.ts'
import type { Site } from '../e2e/support/site.ts'

/* A busy warehouse: invoice lines played as movements by `npm run replay`, in a process of its own. */

/** Invoice lines over products that are not on screen: their figures must not cover the measured ones. */
export async function invoiceLines(site: Site, onScreen: ReadonlySet<string> = new Set()): Promise<string> {
  const products = await site.sql<{ sku: string }>('select sku from products order by md5(sku) limit 2000')
  const lines = products
    .filter(({ sku }) => !onScreen.has(sku))
    .map(({ sku }, at) => {
      const isReturn = at % 10 === 0
      return `${isReturn ? 'C' : ''}${50_000 + at},${sku},,${isReturn ? -2 : 1 + (at % 3)},2026-01-05 08:00:00,1.00,,`
    })
  const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'
  return `${[header, ...lines].join('\n')}\n`
}

/** A replay under way. */
export interface Replaying {
  /** Settles when it has ended. @throws Error with its last words when it could not */
  ended: Promise<void>
  /** Ends it after the batch under way. */
  stop(): void
  /** What it played, once it has ended. */
  json: string
}

/**
 * Starts `npm run replay` on the site, with the lines in `lines.csv` of a folder; what it played is in the returned file when it
 * has ended.
 * @param rate movements a second; `duration` in seconds
 */
export function replay(
  site: Pick<Site, 'url' | 'anonKey' | 'user'>,
  folder: string,
  { rate, duration, warehouse = 'BER' }: { rate: string; duration: string; warehouse?: string },
): Replaying {
  const json = join(folder, 'replay.json')
  const where = ['--warehouse', warehouse, '--url', site.url, '--anon-key', site.anonKey]
  const who = ['--email', site.user.email, '--password', site.user.password]
  const how = ['--rate', rate, '--duration', duration, '--json', json]
  const script = join(projectFolder, 'scripts/replay.ts')
  const child = spawn(process.execPath, [script, join(folder, 'lines.csv'), ...how, ...where, ...who], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said = (said + part).slice(-2_000)))
  const ended = once(child, 'exit').then(([code]) => {
    if (code !== 0) throw new Error(`The replay failed (code ${String(code)}): ${said}`)
  })
  return { ended, json, stop: () => void child.kill('SIGINT') }
}

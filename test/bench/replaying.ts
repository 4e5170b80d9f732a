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

/**
 * Starts `npm run replay` on the site, with the lines in `lines.csv` of a folder; what it played is in the returned file when it
 * has ended.
 * @param rate movements a second; `duration` in seconds
 */
export function replay(site: Site, folder: string, { rate, duration }: { rate: string; duration: string }) {
  const json = join(folder, 'replay.json')
  const where = ['--warehouse', 'BER', '--url', site.url, '--anon-key', site.anonKey]
  const who = ['--email', site.user.email, '--password', site.user.password]
  const how = ['--rate', rate, '--duration', duration, '--json', json]
  const script = join(projectFolder, 'scripts/replay.ts')
  const child = spawn(process.execPath, [script, join(folder, 'lines.csv'), ...how, ...where, ...who], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return { ended: once(child, 'exit'), json }
}

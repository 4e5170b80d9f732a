import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication } from '@playwright/test'
import { layCable, type Cable } from '../../../scripts/lib/cable.ts'
import { launchApp, type AppStart } from '../../../scripts/launch/app.ts'
import { addBulkStock } from '../../e2e/support/stock-changes.ts'
import type { Site } from '../../e2e/support/site.ts'
import { liveStock, type StockPage } from '../../e2e/support/stock-page.ts'
import { openBenchSite, openStage } from '../stage.ts'
import { afterwards } from '../suite/afterwards.ts'
import type { BenchOrder } from '../suite/scenario.ts'
import { lazily, type Lazy } from './lazily.ts'

/*
 * One site, one cable and one console that the scenarios of the window share: most of the time of each would go into setting
 * them up. What is not asked for is not made.
 */

export interface LiveConsole {
  app: ElectronApplication
  stock: StockPage
}

export interface SharedStage {
  site: Site
  cable: Cable
  /** A console on this site through the cable, which signs in by itself. */
  start: AppStart
  /** Stock lines that the warehouse on screen has once it is stocked. */
  rows: number
  folder: string
  /** A folder of a console that has signed in and downloaded the demo's rows before there were others. */
  smallStation: Lazy<string>
  /** Puts the other rows in. */
  stocked: Lazy<void>
  /** The console that is live on all rows, with one window. */
  console: Lazy<LiveConsole>
}

/** Stock lines of the demo's warehouse: what the small station has. */
export const DEMO_LINES = 4_000
const DOWNLOAD_MS = 240_000
const MOST_ROWS = { quick: 10_000, full: 100_000 }

let sharedSoFar: Promise<SharedStage> | null = null
let siteSoFar: Promise<Site> | null = null

/** @returns the same stage to all who ask */
export const sharedStage = (order: BenchOrder): Promise<SharedStage> => (sharedSoFar ??= open(order))

/** The site alone, for those who have no window. */
export const sharedSite = (): Promise<Site> =>
  (siteSoFar ??= openBenchSite().then(({ site, close }) => {
    afterwards(close)
    return site
  }))

/** The largest size that can be made in the time; a size that is asked for alone is taken as it is. */
function liveRows({ sizes, pace }: BenchOrder): number {
  if (sizes.length === 1) return sizes[0]!
  return Math.max(...sizes.filter((size) => size <= MOST_ROWS[pace]), Math.min(...sizes))
}

/** The same console in another folder. */
export const startIn = (start: AppStart, folder: string): AppStart => ({
  ...start,
  env: { ...start.env, SMART_SHELF_USER_DATA: folder },
})

/** As if nothing had changed for an hour: a row that just changed counts the seconds since, which is no rest for a window. */
async function madeAnHourAgo(site: Site): Promise<void> {
  await site.sql('alter table inventory disable trigger set_changed_at')
  await site.sql(`update inventory set changed_at = changed_at - interval '1 hour'`)
  await site.sql('alter table inventory enable trigger set_changed_at')
}

async function open(order: BenchOrder): Promise<SharedStage> {
  const rows = liveRows(order)
  const site = await sharedSite()
  const stage = await openStage(site, order.say)
  afterwards(stage.close)
  const { folder } = stage
  const cable = await layCable(site.url)
  afterwards(cable.close)
  const start = { ...stage.start, env: { ...stage.start.env, SUPABASE_URL: cable.url } }

  const smallStation = lazily(async () => {
    const small = join(folder, 'small')
    const app = await launchApp(startIn(start, small))
    await liveStock(await app.firstWindow(), DOWNLOAD_MS)
    await app.close()
    return small
  })
  const stocked = lazily(async () => {
    // Whoever wants the small station must have it before.
    await smallStation()
    order.say(`Stocking the site with ${rows.toLocaleString('en')} lines.`)
    await addBulkStock(site, Math.max(0, rows - DEMO_LINES))
    await madeAnHourAgo(site)
  })
  const console = lazily(async () => {
    await stocked()
    const home = join(folder, 'live')
    const app = await launchApp(startIn(start, home))
    afterwards(async () => {
      await app.close()
      await rm(home, { recursive: true, force: true })
    })
    return { app, stock: await liveStock(await app.firstWindow(), DOWNLOAD_MS) }
  })
  return { site, cable, start, rows, folder, smallStation, stocked, console }
}

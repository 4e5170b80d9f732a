import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDisplay, ensureRuntime } from '../../scripts/electron-runtime/index.ts'
import { appStart, launchApp, type AppStart } from '../../scripts/launch/app.ts'
import { buildIfStale } from '../../scripts/launch/build.ts'
import { openSiteOn, type Site } from '../e2e/support/site.ts'
import { startNativePostgres } from '../harness/native-postgres.ts'
import { liveStock, type StockPage } from '../e2e/support/stock-page.ts'

/** What a bench of the real window works on: a demo site, and a console on it that signs in by itself. */
export interface BenchStage {
  site: Site
  start: AppStart
  /** Everything the console keeps; the bench may put its own files there. */
  folder: string
  runtimeVersion: string
}

const DOWNLOAD_MS = 180_000

export const say = (line: string): void => console.log(line)

/** Something that stands until it is closed; nothing of it is left behind then. */
export interface Closed {
  close(): Promise<void>
}

/** A demo site of this bench's own, on native Postgres: what a hosted project runs. */
export async function openBenchSite(): Promise<{ site: Site } & Closed> {
  const postgres = await startNativePostgres()
  const site = await openSiteOn(await postgres.createDatabase('bench'))
  return {
    site,
    close: async () => {
      await site.close()
      await postgres.stop()
    },
  }
}

/** @param site stays open when the stage is closed */
export async function openStage(site: Site, tell = say): Promise<BenchStage & Closed> {
  await buildIfStale(tell)
  const runtime = await ensureRuntime(tell)
  const display = await ensureDisplay(tell)
  const folder = await mkdtemp(join(tmpdir(), 'smart-shelf-bench-'))
  const env = {
    ...process.env,
    ...runtime.env,
    ...display.env,
    ...site.demoEnv,
    SMART_SHELF_USER_DATA: folder,
  }
  return {
    ...{ site, start: appStart(runtime, env), folder, runtimeVersion: runtime.version },
    close: async () => {
      await display.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Sets the stage, works on it, and leaves nothing behind. */
export async function withStage(work: (stage: BenchStage) => Promise<void>): Promise<void> {
  const own = await openBenchSite()
  try {
    const stage = await openStage(own.site)
    try {
      await work(stage)
    } finally {
      await stage.close()
    }
  } finally {
    await own.close()
  }
}

/** Opens a console, works with its live stock, and closes it. */
export async function withConsole<T>(start: AppStart, work: (stock: StockPage) => Promise<T>): Promise<T> {
  const app = await launchApp(start)
  try {
    return await work(await liveStock(await app.firstWindow(), DOWNLOAD_MS))
  } finally {
    await app.close()
  }
}

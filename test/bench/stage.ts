import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDisplay, ensureRuntime } from '../../scripts/electron-runtime/index.ts'
import { appStart, launchApp, type AppStart } from '../../scripts/launch/app.ts'
import { buildIfStale } from '../../scripts/launch/build.ts'
import { makeTemplate, openSite, type Site } from '../e2e/support/site.ts'
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

/** A stage that stands until it is closed; nothing of it is left behind then. */
export async function openStage(tell = say): Promise<BenchStage & { close(): Promise<void> }> {
  await buildIfStale(tell)
  const runtime = await ensureRuntime(tell)
  const display = await ensureDisplay(tell)
  const template = await makeTemplate()
  const site = await openSite(template)
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
      await site.close()
      await display.stop()
      for (const left of [folder, template]) await rm(left, { recursive: true, force: true })
    },
  }
}

/** Sets the stage, works on it, and leaves nothing behind. */
export async function withStage(work: (stage: BenchStage) => Promise<void>): Promise<void> {
  const stage = await openStage()
  try {
    await work(stage)
  } finally {
    await stage.close()
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

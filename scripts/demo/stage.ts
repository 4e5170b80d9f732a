import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDisplay, ensureRuntime, PlainError, type Runtime } from '../electron-runtime/index.ts'
import { run } from '../electron-runtime/run.ts'
import { startBackendChild } from '../launch/backend-child.ts'
import type { BackendFacts } from '../launch/backend-facts.ts'
import { buildIfStale } from '../launch/build.ts'
import { projectFolder } from '../launch/folders.ts'
import type { Session } from '../launch/main.ts'
import { layCable, type Cable } from '../lib/cable.ts'

/** What the demo plays on: a server of its own, a cable to it, and everything the console is started with. */
export interface Stage {
  runtime: Runtime
  backend: BackendFacts
  cable: Cable
  /** Folder of everything the console keeps. */
  userData: string
  /** The console's environment: it reaches the server through the cable. */
  env: NodeJS.ProcessEnv
}

/** Builds the console and sets the stage; all of it is gone at the end. */
export async function setStage({ say, onStop }: Session): Promise<Stage> {
  await buildIfStale(say)
  const runtime = await ensureRuntime(say)
  const display = await ensureDisplay(say)
  onStop(() => display.stop())
  const scratch = await mkdtemp(join(tmpdir(), 'smart-shelf-demo-'))
  onStop(() => rm(scratch, { recursive: true, force: true }))

  const { child, ready } = await startBackendChild(
    ['--data-dir', join(scratch, 'backend'), '--seed', 'demo'],
    () => undefined,
  )
  onStop(() => child.stop())
  const backend = await ready
  if (backend.demoUser === null) throw new PlainError('The embedded backend came up without its demo user.')
  const cable = await layCable(backend.url)
  onStop(() => cable.close())

  const userData = join(scratch, 'console')
  return {
    runtime,
    backend,
    cable,
    userData,
    env: {
      ...process.env,
      ...runtime.env,
      ...display.env,
      SUPABASE_URL: cable.url,
      SUPABASE_ANON_KEY: backend.anonKey,
      SMART_SHELF_EMBEDDED: '1',
      SMART_SHELF_DEMO_EMAIL: backend.demoUser.email,
      SMART_SHELF_DEMO_PASSWORD: backend.demoUser.password,
      SMART_SHELF_USER_DATA: userData,
    },
  }
}

/** Runs `npm run import` on the stage's server; returns the last lines of its report. */
export async function importData(stage: Stage, file: string, warehouse: string): Promise<string[]> {
  const { url, serviceRoleKey } = stage.backend
  const finished = await run(process.execPath, [
    join(projectFolder, 'scripts/import.ts'),
    file,
    ...['--warehouse', warehouse, '--yes', '--url', url, '--service-key', serviceRoleKey],
  ])
  if (finished.code !== 0) throw new PlainError(finished.stderr + finished.stdout)
  return finished.stdout.trim().split('\n').slice(-5)
}

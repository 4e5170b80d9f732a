import { join } from 'node:path'
import { cacheFolder } from '../electron-runtime/cache.ts'
import {
  ensureDisplay,
  ensureRuntime,
  PlainError,
  type Runtime,
  type Say,
} from '../electron-runtime/index.ts'
import { startBackendChild } from './backend-child.ts'
import { backendDataFolder } from './folders.ts'
import { keepPicture } from './screen-picture.ts'

/** What the console needs around it, ready: a runtime, a display and a server to talk to. */
export interface Surroundings {
  runtime: Runtime
  /** The console's whole environment. */
  env: NodeJS.ProcessEnv
}

/** Something to undo at the end. */
export type Stopper = () => unknown

/**
 * Prepares everything `npm start` and `npm run dev` have in common.
 *
 * @param onStop is given what must be stopped at the end, in the order of starting
 */
export async function prepare(say: Say, onStop: (stop: Stopper) => void): Promise<Surroundings> {
  const server = serverFrom(process.env)
  const runtime = await ensureRuntime(say)
  const display = await ensureDisplay(say)
  onStop(() => display.stop())
  if (display.framebuffer !== null) {
    const picture = join(cacheFolder(), 'screen.png')
    onStop(
      keepPicture(display.framebuffer, picture, (error) =>
        say(`The picture of the screen failed: ${String(error)}`),
      ),
    )
    say(
      `There is no screen here, so the window is on a virtual one, display ${String(display.env['DISPLAY'])}.`,
    )
    say(
      `Where to look: ${picture} is kept up to date. To work in it: x11vnc -display ${String(display.env['DISPLAY'])}`,
    )
  }
  const serverEnv = server ?? (await embeddedServer(say, onStop))
  return { runtime, env: { ...process.env, ...runtime.env, ...display.env, ...serverEnv } }
}

/** The project in the environment, or null for the embedded backend. */
export function serverFrom(env: NodeJS.ProcessEnv): Record<string, string> | null {
  const url = env['SUPABASE_URL'] ?? ''
  const key = env['SUPABASE_ANON_KEY'] ?? ''
  if (url === '' && key === '') return null
  if (url === '')
    throw new PlainError('SUPABASE_ANON_KEY is set, but SUPABASE_URL is not. Set both, or neither.')
  if (key === '')
    throw new PlainError('SUPABASE_URL is set, but SUPABASE_ANON_KEY is not. Set both, or neither.')
  return { SUPABASE_URL: url, SUPABASE_ANON_KEY: key }
}

async function embeddedServer(say: Say, onStop: (stop: Stopper) => void): Promise<Record<string, string>> {
  const folder = backendDataFolder()
  say(`Starting the embedded backend with a demo warehouse; its data is in ${folder}.`)
  // What it says before it is ready matters only if it fails, and then it is in the error.
  let talks = false
  const { child, ready } = await startBackendChild(['--data-dir', folder, '--seed', 'demo'], (line) => {
    if (talks) say(`backend: ${line}`)
  })
  let expected = false
  onStop(() => {
    expected = true
    return child.stop()
  })
  const backend = await ready
  talks = true
  void child.ended.then(({ code }) => {
    if (!expected)
      say(`The embedded backend ended (code ${code}). The console goes on with what it has on disk.`)
  })
  say(`The embedded backend answers at ${backend.url}.`)
  return {
    SUPABASE_URL: backend.url,
    SUPABASE_ANON_KEY: backend.anonKey,
    SMART_SHELF_EMBEDDED: '1',
    ...(backend.demoUser && {
      SMART_SHELF_DEMO_EMAIL: backend.demoUser.email,
      SMART_SHELF_DEMO_PASSWORD: backend.demoUser.password,
    }),
  }
}

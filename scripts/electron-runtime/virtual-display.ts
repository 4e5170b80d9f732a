import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { bring, missingPrograms } from './debian.ts'
import { PlainError, type Say } from './say.ts'

export interface Display {
  kind: 'real' | 'virtual'
  /** To add to the environment of what opens windows. */
  env: Record<string, string>
  /** File with the virtual screen's content (X window dump), null for a real display. */
  framebuffer: string | null
  stop(): Promise<void>
}

const real: Display = { kind: 'real', env: {}, framebuffer: null, stop: () => Promise.resolve() }

/** Whether windows can be opened without a virtual display. */
export function hasDisplay(env: NodeJS.ProcessEnv = process.env): boolean {
  return process.platform !== 'linux' || Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY'])
}

/** The display there is, or a virtual one of 1920 x 1200 that ends with `stop` or with this process. */
export async function ensureDisplay(say: Say, env: NodeJS.ProcessEnv = process.env): Promise<Display> {
  if (hasDisplay(env)) return real
  await bring(await missingPrograms(['Xvfb']), say)
  const folder = await mkdtemp(join(tmpdir(), 'smart-shelf-display-'))
  // Descriptor 3 is where Xvfb writes the number of the display it found free.
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-fbdir', folder, '-nolisten', 'tcp', '-noreset'],
    // A session of its own: Ctrl-C must not take the screen away before the windows on it are closed.
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true },
  )
  const lastResort = () => server.kill()
  process.once('exit', lastResort)
  const name = `:${await displayNumber(server)}`
  return {
    kind: 'virtual',
    env: { DISPLAY: name },
    framebuffer: join(folder, 'Xvfb_screen0'),
    async stop() {
      process.off('exit', lastResort)
      if (server.exitCode === null && server.signalCode === null) {
        const gone = once(server, 'exit')
        server.kill()
        await gone
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function displayNumber(server: ChildProcess): Promise<string> {
  const announced = (server.stdio[3] as Readable).setEncoding('utf8')
  let text = ''
  for await (const part of announced) {
    text += part as string
    if (text.includes('\n')) return text.trim()
  }
  throw new PlainError('Xvfb, the virtual display, ended before it was ready.')
}

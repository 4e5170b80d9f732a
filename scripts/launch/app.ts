import { _electron, errors, type ElectronApplication } from '@playwright/test'
import type { Runtime } from '../electron-runtime/index.ts'
import { projectFolder } from './folders.ts'

/** How a console is started: the runtime's program, its switches and the app's path, and the whole environment. */
export interface AppStart {
  executablePath: string
  args: readonly string[]
  env: NodeJS.ProcessEnv
}

export const appStart = (runtime: Runtime, env: NodeJS.ProcessEnv): AppStart => ({
  executablePath: runtime.executablePath,
  args: [...runtime.args, projectFolder],
  env,
})

/** A start takes a second or two, on a busy machine some more. */
const ATTACH_MS = 25_000
const STARTS = 3

/**
 * Starts the built console in a window that Playwright drives, with the sandbox wherever the runtime has it. On a busy machine
 * Playwright now and then attaches too late to an Electron that runs already, and would wait for its start for ever: that
 * process is ended, and another one started.
 * @throws Error when the process ends at once, or cannot be attached to in three starts
 */
export async function launchApp(
  { executablePath, args, env }: AppStart,
  more: { colorScheme?: 'light' | 'dark' } = {},
): Promise<ElectronApplication> {
  for (let start = 1; ; start += 1) {
    try {
      return await _electron.launch({
        executablePath,
        args: [...args],
        chromiumSandbox: !args.includes('--no-sandbox'),
        cwd: projectFolder,
        env: Object.fromEntries(
          Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
        ),
        timeout: ATTACH_MS,
        ...more,
      })
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || start === STARTS) throw error
      console.warn(`The console could not be attached to in ${ATTACH_MS / 1000} s; it is started anew.`)
    }
  }
}

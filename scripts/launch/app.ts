import { _electron, type ElectronApplication } from '@playwright/test'
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

/** Starts the built console in a window that Playwright drives, with the sandbox wherever the runtime has it. */
export function launchApp(
  { executablePath, args, env }: AppStart,
  more: { colorScheme?: 'light' | 'dark'; timeout?: number } = {},
): Promise<ElectronApplication> {
  return _electron.launch({
    executablePath,
    args: [...args],
    chromiumSandbox: !args.includes('--no-sandbox'),
    cwd: projectFolder,
    env: Object.fromEntries(
      Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    ...more,
  })
}

import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

export const USAGE = `Usage: npm run doctor -- [options]

Examines a console's data folder, whether the console runs or not, and tells in words what it finds.

  --user-data DIR   the folder (default: SMART_SHELF_USER_DATA, or where the installed console keeps its things)
  --json            print the findings as JSON
  --email E         sign in as this user and compare their mirror with the server now;
                    the password comes from SMART_SHELF_PASSWORD, or is asked for
Ends with 0 when healthy, 1 when problems were found, 2 when it could not look.
`

export interface CommandLine {
  folder: string
  json: boolean
  email: string | null
}

/** @throws TypeError for options that do not exist */
export function readCommandLine(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): CommandLine | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'user-data': { type: 'string' },
      json: { type: 'boolean', default: false },
      email: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return 'help'
  const given = values['user-data'] ?? env['SMART_SHELF_USER_DATA']?.trim() ?? ''
  return {
    folder: given === '' ? installedFolder(env, platform) : resolve(given),
    json: values.json,
    email: values.email ?? null,
  }
}

/** Where Electron puts the data of an application of this name. */
function installedFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const name = 'Smart Shelf Console'
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name)
  const [variable, usual] =
    platform === 'win32'
      ? (['APPDATA', join(homedir(), 'AppData', 'Roaming')] as const)
      : (['XDG_CONFIG_HOME', join(homedir(), '.config')] as const)
  const set = env[variable] ?? ''
  return join(set === '' ? usual : set, name)
}

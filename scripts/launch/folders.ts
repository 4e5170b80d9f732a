import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** The project's own folder. */
export const projectFolder = resolve(import.meta.dirname, '../..')

/** Where the embedded backend of `npm start` keeps its data: per user, beyond the project. */
export function backendDataFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const given = env['SMART_SHELF_BACKEND_DATA'] ?? ''
  return given === '' ? join(userDataFolder(env, platform), 'smart-shelf-console', 'backend') : resolve(given)
}

function userDataFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support')
  const [variable, usual] =
    platform === 'win32'
      ? (['LOCALAPPDATA', join(homedir(), 'AppData', 'Local')] as const)
      : (['XDG_DATA_HOME', join(homedir(), '.local', 'share')] as const)
  const set = env[variable] ?? ''
  return set === '' ? usual : set
}

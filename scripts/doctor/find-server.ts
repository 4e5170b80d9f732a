import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { ServerAddress } from '#engine/ports.ts'
import { backendDataFolder } from '../launch/folders.ts'
import { readBackendNote } from '../launch/backend-facts.ts'
import type { ServerReport } from './report.ts'

export interface FoundServer {
  from: ServerReport['from']
  url: string
  /** Null when the address is known, and the key to its door is not. */
  address: ServerAddress | null
}

const Settings = z.object({ server: z.object({ url: z.string(), anonKey: z.string() }).nullable() })
const bare = (url: string): string => url.replace(/\/+$/, '')

/**
 * Which server this console works with: as its environment says, else as its settings say, else the one its newest mirror
 * is of, whose key the embedded backend's note may tell.
 */
export async function findServer(
  folder: string,
  mirrored: string | null,
  env: NodeJS.ProcessEnv,
): Promise<FoundServer | null> {
  const url = env['SUPABASE_URL']?.trim() ?? ''
  const anonKey = env['SUPABASE_ANON_KEY']?.trim() ?? ''
  if (url !== '' && anonKey !== '') return found('environment', url, anonKey)
  const kept = await keptServer(folder)
  if (kept) return found('settings', kept.url, kept.anonKey)
  const embedded = embeddedBackend(env)
  if (embedded && (mirrored === null || bare(embedded.url) === bare(mirrored)))
    return mirrored === null ? null : found('embedded-backend', embedded.url, embedded.anonKey)
  return mirrored === null ? null : { from: 'mirror', url: bare(mirrored), address: null }
}

const found = (from: FoundServer['from'], url: string, anonKey: string): FoundServer => ({
  from,
  url: bare(url),
  address: { url: bare(url), anonKey, embedded: from === 'embedded-backend' },
})

/** What people settled in the window; null when that is nothing, or cannot be read. */
async function keptServer(folder: string): Promise<{ url: string; anonKey: string } | null> {
  try {
    const settings = Settings.safeParse(JSON.parse(await readFile(join(folder, 'settings.json'), 'utf8')))
    return settings.success ? settings.data.server : null
  } catch {
    return null
  }
}

function embeddedBackend(env: NodeJS.ProcessEnv): { url: string; anonKey: string } | null {
  try {
    return readBackendNote(backendDataFolder(env))
  } catch {
    return null
  }
}

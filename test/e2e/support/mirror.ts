import { createClient } from '@supabase/supabase-js'
import { compareMirror, type Comparison } from '../../../scripts/lib/compare-mirror.ts'
import { onlyMirror } from '../../../scripts/lib/mirror-files.ts'
import type { Site } from './site.ts'

/** Compares every mirrored row of a console with what the site shows its user [M3]. */
export async function compareWithSite(userDataDir: string, site: Site): Promise<Comparison> {
  const file = await onlyMirror(userDataDir)
  const client = createClient(site.url, site.anonKey, { auth: { persistSession: false } })
  const { error } = await client.auth.signInWithPassword(site.user)
  if (error) throw error
  try {
    return await compareMirror(file, client)
  } finally {
    await client.auth.signOut({ scope: 'local' })
  }
}

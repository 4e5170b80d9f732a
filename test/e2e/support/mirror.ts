import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@supabase/supabase-js'
import { compareMirror, type Comparison } from '../../../scripts/lib/compare-mirror.ts'
import type { Site } from './site.ts'

/** The mirror files of a console's folder. */
export async function mirrorFiles(userDataDir: string): Promise<string[]> {
  const folder = join(userDataDir, 'mirrors')
  const names = await readdir(folder)
  return names.filter((name) => /^mirror-.*\.db$/.test(name)).map((name) => join(folder, name))
}

/** Compares every mirrored row of a console with what the site shows its user [M3]. */
export async function compareWithSite(userDataDir: string, site: Site): Promise<Comparison> {
  const [file, ...others] = await mirrorFiles(userDataDir)
  if (file === undefined || others.length > 0) throw new Error('Expected one mirror file.')
  const client = createClient(site.url, site.anonKey, { auth: { persistSession: false } })
  const { error } = await client.auth.signInWithPassword(site.user)
  if (error) throw error
  try {
    return await compareMirror(file, client)
  } finally {
    await client.auth.signOut({ scope: 'local' })
  }
}

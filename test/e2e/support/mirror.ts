import Database from 'better-sqlite3'
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

/** Takes a row out of the mirror of a console that is closed, behind its back: its cursor says that the row is there. */
export async function loseRow(userDataDir: string, table: 'inventory', id: string): Promise<void> {
  const mirror = new Database(await onlyMirror(userDataDir))
  try {
    const { changes } = mirror.prepare(`delete from ${table} where id = ?`).run(id)
    if (changes !== 1) throw new Error(`The mirror has no row ${id} in ${table}.`)
  } finally {
    mirror.close()
  }
}

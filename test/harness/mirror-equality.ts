import type { SupabaseClient } from '@supabase/supabase-js'
import { rowSchemas } from '#shared/domain/rows.ts'
import type { UserId } from '#shared/domain/ids.ts'
import type { MirroredTable } from '#engine/mirror/mirror.ts'
import { readMirror } from '#engine/mirror/sqlite-mirror.ts'
import { realClock } from '#engine/platform/real-clock.ts'

const PAGE_ROWS = 1_000

const mirroredTables = Object.keys(rowSchemas).filter(
  (table) => table !== 'stock_movements',
) as MirroredTable[]

/** A sentence for each row that the mirror has and the server has not, the other way round, or that differs [M3]. */
export async function mirrorDifferences(
  where: { directory: string; serverUrl: string; owner: UserId },
  server: SupabaseClient,
): Promise<string[]> {
  // The console may have the file open: it is read beside it.
  const mirror = readMirror({ ...where, nativeBinding: null, clock: realClock })
  try {
    const differences: string[] = []
    for (const table of mirroredTables) {
      const mine = new Map(mirror.rows(table).map((row) => [row.id as string, canonical(table, row)]))
      for (const row of await readAll(server, table)) {
        const held = mine.get(row.id)
        mine.delete(row.id)
        if (held === undefined) differences.push(`${table} ${row.id} is missing in the mirror`)
        else if (held !== canonical(table, row)) differences.push(`${table} ${row.id} differs: ${held}`)
      }
      for (const id of mine.keys()) differences.push(`${table} ${id} is not on the server`)
    }
    return differences
  } finally {
    mirror.close()
  }
}

async function readAll(server: SupabaseClient, table: MirroredTable): Promise<{ id: string }[]> {
  const rows: { id: string }[] = []
  for (;;) {
    const last = rows.at(-1)?.id
    const query = server.from(table).select('*').order('id').limit(PAGE_ROWS)
    const { data, error } = await (last === undefined ? query : query.gt('id', last))
    if (error) throw new Error(`${table}: ${error.message}`)
    rows.push(...(data as { id: string }[]))
    if (data.length < PAGE_ROWS) return rows
  }
}

/** The columns we know, in one order. */
const canonical = (table: MirroredTable, row: object): string => JSON.stringify(rowSchemas[table].parse(row))

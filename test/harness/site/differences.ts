import { rowSchemas } from '#shared/domain/rows.ts'
import { isMirroredByDefault } from '#shared/domain/scope.ts'
import type { Digest } from '#shared/protocol/server.ts'
import { canonical } from '../../../scripts/lib/compare-mirror.ts'
import type { Facts } from './facts.ts'
import type { HeldRow } from './mirror-file.ts'
import type { SiteConsole } from './site-console.ts'
import type { SiteServer } from './site-server.ts'
import { recomputedStock } from './recomputed-stock.ts'
import { mirroredTables } from './tables.ts'
import type { Row } from './tables.ts'

const MOST_SHOWN = 5

/** Whether two rows of a table are the same in every column that the station knows. */
export const isSameRow = (table: HeldRow['table'], mine: Row, theirs: Row): boolean =>
  Object.keys(rowSchemas[table].shape).every(
    (column) => canonical(mine[column]) === canonical(theirs[column]),
  )

/**
 * How a console's mirror differs from what the server lets its user read: rows of every mirrored table, cursors, digests,
 * and the derived stock figures.
 * @returns in words, empty when it is equal
 */
export async function differences(console: SiteConsole, server: SiteServer, facts: Facts): Promise<string[]> {
  const user = console.user()
  const file = console.mirrorFile()
  if (!user || !file) return [`console ${console.no} has no mirror`]
  const held = file.rows()
  const readable = await server.readable(user.id)
  const found: string[] = []

  for (const table of mirroredTables) {
    const mine = held.filter((row) => row.table === table)
    const theirs = new Map((readable.get(table) ?? []).map((row) => [row.id, row]))
    for (const { row } of mine) {
      const their = theirs.get(row.id)
      if (!their) found.push(`${table} ${row.id} is not on the server`)
      else if (!isSameRow(table, row, their)) found.push(`${table} ${row.id} differs`)
      theirs.delete(row.id)
    }
    for (const id of theirs.keys()) found.push(`${table} ${id} is missing`)
  }

  const scopes = facts.grantedNow(user.id).filter(isMirroredByDefault)
  const cursors = new Map(file.scopes().map((scope) => [scope.scope, scope]))
  for (const scope of scopes) {
    const head = facts.headNow(scope)
    const cursor = cursors.get(scope)
    if (cursor?.epoch !== head?.epoch || cursor?.seq !== head?.head) {
      found.push(`${scope} stands at ${cursor?.seq ?? 'nothing'}, the head is ${head?.head ?? 'nothing'}`)
    }
    const digest = await server.digest(user.id, scope)
    const mine = held.filter((row) => row.scope === scope)
    if (!digest || digestText(digest.buckets) !== digestText(sums(mine)))
      found.push(`digest of ${scope} differs`)
    cursors.delete(scope)
  }
  for (const scope of cursors.keys()) found.push(`${scope} is held but not granted`)
  found.push(...(await recomputedStock(console, held)))
  return found.slice(0, MOST_SHOWN).map((words) => `console ${console.no}: ${words}`)
}

function sums(rows: readonly HeldRow[]): Digest['buckets'] {
  const sums = new Map<string, Digest['buckets'][number]>()
  for (const { table, row, seq } of rows) {
    const bucket = row.id.slice(0, 2)
    const sum = sums.get(`${table}/${bucket}`) ?? { table, bucket, count: 0, seq_sum: 0 }
    sums.set(`${table}/${bucket}`, { ...sum, count: sum.count + 1, seq_sum: sum.seq_sum + seq })
  }
  return [...sums.values()]
}

const digestText = (buckets: Digest['buckets']): string =>
  buckets
    .map(({ table, bucket, count, seq_sum }) => `${table}/${bucket}: ${count} ${seq_sum}`)
    .sort()
    .join('\n')

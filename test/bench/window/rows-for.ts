import type { Site } from '../../e2e/support/site.ts'

/** Rows that a station of the demo's user has of this site: each entry of the change index that is theirs to see, and no tombstone. */
export async function rowsFor(site: Site): Promise<number> {
  const [count] = await site.sql<{ rows: number }>(
    `select count(*)::int as rows from sync_changes c join sync_scopes s on s.id = c.scope_id
     where c.op = 'U' and s.scope not like 'ledger:%'`,
  )
  return count?.rows ?? 0
}

import type { Queryable } from '../../database.ts'

/** A column of a published table. */
export interface Column {
  name: string
  /** Postgres' own name of the type, such as `int4`. */
  type: string
  /** The type as a cast takes it. */
  sqlType: string
  isKey: boolean
  /** Part of what an old row is told by. */
  isIdentity: boolean
  /** Those of the asked roles that may read it. */
  roles: readonly string[]
}

export interface Table {
  /** Its oid. */
  id: string
  schema: string
  name: string
  /** Quoted and with its schema, for SQL. */
  sqlName: string
  hasRowSecurity: boolean
  hasFullIdentity: boolean
  /** In table order. */
  columns: readonly Column[]
}

interface TableRow extends Record<string, unknown> {
  id: string
  schema: string
  name: string
  sql_name: string
  has_row_security: boolean
  identity: string
  columns: Column[]
}

export const PUBLICATION = 'supabase_realtime'

/** The oids of the published tables whose names match the patterns, `*` standing for all. */
export async function publishedTables(database: Queryable, schema: string, table: string): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `select format('%I.%I', schemaname, tablename)::regclass::oid::text as id
     from pg_publication_tables
     where pubname = $1 and ($2 = '*' or schemaname like $2) and ($3 = '*' or tablename like $3)
     order by 1`,
    [PUBLICATION, schema, table],
  )
  return rows.map(({ id }) => id)
}

/** What is known of these tables now, as far as they are published still; rights for the given roles. */
export async function readTables(
  database: Queryable,
  ids: readonly string[],
  roles: readonly string[],
): Promise<Map<string, Table>> {
  const rows = await database.query<TableRow>(TABLES_SQL, [ids, roles, PUBLICATION])
  return new Map(rows.map((row) => [row.id, toTable(row)]))
}

export async function roleExists(database: Queryable, role: string): Promise<boolean> {
  const rows = await database.query('select from pg_roles where rolname = $1', [role])
  return rows.length > 0
}

const TABLES_SQL = `
  select c.oid::text as id, n.nspname::text as schema, c.relname::text as name,
    format('%I.%I', n.nspname, c.relname) as sql_name,
    c.relrowsecurity as has_row_security, c.relreplident::text as identity,
    json_agg(json_build_object(
      'name', a.attname, 'type', t.typname, 'sqlType', format_type(a.atttypid, -1),
      'isKey', coalesce(a.attnum = any(k.indkey), false),
      'isIdentity', case c.relreplident when 'f' then true when 'i' then coalesce(a.attnum = any(i.indkey), false)
        when 'd' then coalesce(a.attnum = any(k.indkey), false) else false end,
      'roles', (select coalesce(json_agg(r.rolname), '[]') from pg_roles r
        where r.rolname = any($2::text[]) and has_column_privilege(r.oid, c.oid, a.attnum, 'select'))
    ) order by a.attnum) as columns
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
  left join pg_index k on k.indrelid = c.oid and k.indisprimary
  left join pg_index i on i.indrelid = c.oid and i.indisreplident
  where c.oid = any($1::oid[])
    -- pg_publication_tables would say the same, but works out every table of the publication to do so.
    and exists (
      select from pg_publication p
      where p.pubname = $3 and (
        p.puballtables
        or exists (select from pg_publication_rel m where m.prpubid = p.oid and m.prrelid = c.oid)
        or exists (select from pg_publication_namespace m where m.pnpubid = p.oid and m.pnnspid = c.relnamespace)
      )
    )
  group by c.oid, n.nspname`

function toTable(row: TableRow): Table {
  return {
    id: row.id,
    schema: row.schema,
    name: row.name,
    sqlName: row.sql_name,
    hasRowSecurity: row.has_row_security,
    hasFullIdentity: row.identity === 'f',
    columns: row.columns,
  }
}

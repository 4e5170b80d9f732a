import type { Database, SqlRow } from '../database.ts'

/*
 * What the exposed schema holds, read from the catalog: PostgREST answers about unknown names without asking Postgres, and
 * matches calls to functions by the names of their arguments.
 */

export interface CachedTable {
  name: string
  columns: string[]
  primaryKey: string[]
}

export interface CachedArgument {
  /** Empty for a function's single unnamed argument. */
  name: string
  type: string
  hasDefault: boolean
}

export interface CachedFunction {
  name: string
  arguments: CachedArgument[]
  /** `rows` can be filtered like a table; `values` is a set of scalars; `json` leaves Postgres as it is. */
  returns: 'nothing' | 'json' | 'scalar' | 'values' | 'row' | 'rows'
}

export interface Schema {
  tables: Map<string, CachedTable>
  functions: Map<string, CachedFunction[]>
}

/** A miss reads the catalog again, but not more often than this. */
const RELOAD_AFTER_MS = 1_000

export class SchemaCache {
  readonly #database: Database
  #schema: Promise<Schema> | null = null
  #readAt = 0

  constructor(database: Database) {
    this.#database = database
  }

  async table(name: string): Promise<CachedTable | null> {
    return this.#find((schema) => schema.tables.get(name) ?? null)
  }

  /** All functions of that name; null when there is none. */
  async functions(name: string): Promise<CachedFunction[] | null> {
    return this.#find((schema) => schema.functions.get(name) ?? null)
  }

  async schema(): Promise<Schema> {
    return this.#current()
  }

  /** The schema changed: the next question reads the catalog. */
  forget(): void {
    this.#schema = null
  }

  async #find<T>(look: (schema: Schema) => T | null): Promise<T | null> {
    const found = look(await this.#current())
    if (found !== null || Date.now() - this.#readAt < RELOAD_AFTER_MS) return found
    this.forget()
    return look(await this.#current())
  }

  #current(): Promise<Schema> {
    this.#schema ??= this.#read().catch((error: unknown) => {
      this.#schema = null
      throw error
    })
    return this.#schema
  }

  async #read(): Promise<Schema> {
    this.#readAt = Date.now()
    const [tables, functions] = await Promise.all([
      this.#database.query<TableRow>(TABLES),
      this.#database.query<FunctionRow>(FUNCTIONS),
    ])
    return {
      tables: new Map(tables.map(({ name, columns, key }) => [name, { name, columns, primaryKey: key }])),
      functions: byName(functions),
    }
  }
}

interface TableRow extends SqlRow {
  name: string
  columns: string[]
  key: string[]
}

interface FunctionRow extends SqlRow {
  name: string
  arguments: CachedArgument[]
  returns: CachedFunction['returns']
}

const TABLES = `
  select c.relname::text as name,
    array(select a.attname::text from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as columns,
    array(select a.attname::text from pg_index i
      cross join unnest(i.indkey) with ordinality as k (attnum, position)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
      where i.indrelid = c.oid and i.indisprimary order by k.position) as key
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')`

const FUNCTIONS = `
  select p.proname::text as name,
    coalesce((
      select jsonb_agg(jsonb_build_object(
        'name', coalesce(p.proargnames[i], ''),
        'type', format_type(p.proargtypes[i - 1], null),
        'hasDefault', i > p.pronargs - p.pronargdefaults
      ) order by i)
      from generate_series(1, p.pronargs) as i), '[]') as arguments,
    case
      when p.prorettype = 'void'::regtype then 'nothing'
      when t.typtype = 'c' or p.prorettype = 'record'::regtype then case when p.proretset then 'rows' else 'row' end
      when p.proretset then 'values'
      when p.prorettype in ('json'::regtype, 'jsonb'::regtype) then 'json'
      else 'scalar'
    end as returns
  from pg_proc p join pg_type t on t.oid = p.prorettype
  where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'
    and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
  order by p.proname, p.oid`

function byName(rows: FunctionRow[]): Map<string, CachedFunction[]> {
  const functions = new Map<string, CachedFunction[]>()
  for (const { name, arguments: args, returns } of rows) {
    functions.set(name, [...(functions.get(name) ?? []), { name, arguments: args, returns }])
  }
  return functions
}

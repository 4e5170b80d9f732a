import { DatabaseError, type Claims, type Queryable } from '../../database.ts'
import { describeBinding, readBinding } from './binding.ts'
import { castSql, Parameters } from './filter-sql.ts'
import { publishedTables, readTables, roleExists, type Table } from './catalog.ts'
import type { Binding, BoundBinding } from './subscription.ts'

export type BindResult = { ok: true; bindings: BoundBinding[] } | { ok: false; message: string }

/** SQLSTATEs by the names that the server's error texts give them. */
const CONDITION_NAMES: Record<string, string> = {
  '22003': 'numeric_value_out_of_range',
  '22007': 'invalid_datetime_format',
  '22008': 'datetime_field_overflow',
  '22P02': 'invalid_text_representation',
  '42704': 'undefined_object',
  P0001: 'raise_exception',
}

/**
 * Checks all bindings of a channel against the database. One bad binding fails them all; the text is what the client is sent.
 * Rejects when the database cannot be asked.
 */
export async function bindAll(
  database: Queryable,
  wanted: readonly Record<string, unknown>[],
  claims: Claims,
): Promise<BindResult> {
  const bindings: Binding[] = []
  for (const params of wanted) {
    const read = readBinding(params)
    if (!read.ok) return read
    bindings.push(read.binding)
  }
  const bound: BoundBinding[] = []
  for (const binding of bindings) {
    const ids = await coveredTables(database, binding)
    if (ids.length === 0) return { ok: false, message: notPublished(binding) }
    const problem = await findProblem(database, binding, ids, claims.role)
    if (problem) return { ok: false, message: badParameters(binding, problem) }
    bound.push({ ...binding, tables: new Set(ids) })
  }
  return { ok: true, bindings: bound }
}

/** None for names that are no patterns Postgres can read. */
async function coveredTables(database: Queryable, { schema, table }: Binding): Promise<string[]> {
  try {
    return await publishedTables(database, schema, table)
  } catch (error) {
    if (isBadData(error)) return []
    throw error
  }
}

interface Problem {
  code: string
  message: string
}

async function findProblem(
  database: Queryable,
  binding: Binding,
  ids: readonly string[],
  role: string,
): Promise<Problem | null> {
  if (role.includes('\0') || !(await roleExists(database, role))) {
    return { code: '42704', message: `role "${role}" does not exist` }
  }
  if (binding.conditions.length === 0 && binding.select === null) return null
  for (const table of (await readTables(database, ids, [role])).values()) {
    const problem =
      (await filterProblem(database, binding, table, role)) ?? selectProblem(binding, table, role)
    if (problem) return problem
  }
  return null
}

async function filterProblem(
  database: Queryable,
  { conditions }: Binding,
  table: Table,
  role: string,
): Promise<Problem | null> {
  for (const condition of conditions) {
    const column = table.columns.find(({ name, roles }) => name === condition.column && roles.includes(role))
    if (!column) return raised(`invalid column for filter ${condition.column}`)
    const parameters = new Parameters()
    const cast = castSql(condition, column, parameters)
    const problem = cast === null ? null : await castProblem(database, cast, parameters)
    if (problem) return problem
  }
  return null
}

async function castProblem(
  database: Queryable,
  cast: string,
  parameters: Parameters,
): Promise<Problem | null> {
  try {
    await database.query(`select ${cast}`, parameters.values)
    return null
  } catch (error) {
    if (isBadData(error)) return error
    throw error
  }
}

/** SQLSTATE class 22; anything else is a failure of ours to ask. */
function isBadData(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && error.code.startsWith('22')
}

function selectProblem({ select }: Binding, table: Table, role: string): Problem | null {
  const unknown = select?.find(
    (wanted) => !table.columns.some(({ name, roles }) => name === wanted && roles.includes(role)),
  )
  return unknown === undefined ? null : raised(`invalid column for select ${unknown}`)
}

function raised(message: string): Problem {
  return { code: 'P0001', message }
}

function notPublished(binding: Binding): string {
  return `Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given connect parameters: ${describeBinding(binding)}`
}

function badParameters(binding: Binding, { code, message }: Problem): string {
  const name = CONDITION_NAMES[code] ?? 'error'
  return `Unable to subscribe to changes with given parameters. An exception happened so please check your connect parameters: ${describeBinding(binding)}. Exception: ERROR ${code} (${name}) ${message}`
}

import { bindingId } from './binding-echo.ts'
import { inspectList, parseFilter, type Condition } from './filter-grammar.ts'
import type { Binding, ChangeType } from './subscription.ts'

export type BindingResult = { ok: true; binding: Binding } | { ok: false; message: string }

/** Reads what a client asks for. An event that does not exist stands for all. */
export function readBinding(params: Record<string, unknown>): BindingResult {
  const schema = textOf(params['schema'])
  const table = textOf(params['table'])
  if (schema === null && table === null) {
    return {
      ok: false,
      message: `No subscription params provided. Please provide at least a \`schema\` or \`table\` to subscribe to: ${inspectMap(params)}`,
    }
  }
  const filter = textOf(params['filter'])
  const parsed = filter === null ? { ok: true as const, conditions: [] } : parseFilter(filter)
  if (!parsed.ok) return parsed
  const binding: Binding = {
    id: bindingId(params),
    event: eventOf(params['event']),
    schema: schema ?? 'public',
    table: table ?? '*',
    conditions: parsed.conditions,
    select: selectOf(params['select']),
  }
  return { ok: true, binding }
}

/** The binding as the server's error texts print it. */
export function describeBinding({ event, schema, table, conditions, select }: Binding): string {
  const filters = conditions.map(describeCondition).join(', ')
  const columns = select === null ? 'nil' : inspectList(select)
  return `[event: ${event}, schema: ${schema}, table: ${table}, filters: [${filters}], select: ${columns}]`
}

function describeCondition({ column, operator, value, isNegated }: Condition): string {
  const texts = [column, operator, value].map((text) => JSON.stringify(text))
  return `{${texts.join(', ')}, ${isNegated}}`
}

function inspectMap(params: Record<string, unknown>): string {
  const entries = Object.entries(params).map(
    ([key, value]) => `${JSON.stringify(key)} => ${JSON.stringify(value)}`,
  )
  return `%{${entries.join(', ')}}`
}

function eventOf(given: unknown): '*' | ChangeType {
  const event = typeof given === 'string' ? given.toUpperCase() : '*'
  return event === 'INSERT' || event === 'UPDATE' || event === 'DELETE' ? event : '*'
}

function selectOf(given: unknown): string[] | null {
  if (!Array.isArray(given)) return null
  const columns = given.filter((column) => typeof column === 'string')
  return columns.length > 0 ? columns : null
}

function textOf(given: unknown): string | null {
  return typeof given === 'string' ? given : null
}

import { unreadableQuery } from './errors.ts'
import { parseCondition, parseGroup, type Condition } from './conditions.ts'
import { parseColumnPath, splitOutsideQuotes, unquoted, type ColumnPath } from './grammar.ts'

/*
 * The query string of a read or write, in PostgREST's grammar, as values.
 */

export interface SelectItem extends ColumnPath {
  /** Name in the answer; null keeps the column's. */
  alias: string | null
  /** SQL type to cast to, e.g. `text`. */
  cast: string | null
}

export interface OrderTerm extends ColumnPath {
  descending: boolean
  nulls: 'first' | 'last' | null
}

export interface RestQuery {
  /** Empty: all columns. */
  select: SelectItem[]
  where: Condition[]
  order: OrderTerm[]
  limit: number | null
  offset: number
  onConflict: string[] | null
  columns: string[] | null
}

const RESERVED = new Set(['select', 'order', 'limit', 'offset', 'on_conflict', 'columns', 'apikey'])
const GROUPS = /^(not\.)?(and|or)$/

/**
 * Reads the parameters of a request. Throws RestError (PGRST100) when one is not in the grammar.
 * @param isArgument tells parameters that are a function's arguments and no filters
 */
export function parseQuery(
  params: URLSearchParams,
  isArgument: (name: string) => boolean = () => false,
): RestQuery {
  const where: Condition[] = []
  for (const [name, value] of params) {
    if (RESERVED.has(name) || isArgument(name)) continue
    where.push(GROUPS.test(name) ? parseGroup(name, value) : parseCondition(name, value))
  }
  return {
    select: parseSelect(params.get('select') ?? ''),
    where,
    order: (params.get('order') ?? '').split(',').filter(Boolean).map(parseOrderTerm),
    limit: params.has('limit') ? wholeNumber('limit', params.get('limit') ?? '') : null,
    offset: wholeNumber('offset', params.get('offset') ?? '0'),
    onConflict: nameList(params.get('on_conflict')),
    columns: nameList(params.get('columns')),
  }
}

function parseSelect(text: string): SelectItem[] {
  const items = splitOutsideQuotes(text.replace(/\s+/g, ' ')).map((item) => item.trim())
  if (items.length === 0 || items.every((item) => item === '*' || item === '')) return []
  return items.map(parseSelectItem)
}

function parseSelectItem(text: string): SelectItem {
  const parts = /^(?:("[^"]*"|[^":]+):(?!:))?(.+?)(?:::([A-Za-z_][A-Za-z0-9_ ]*(?:\[\])?))?$/.exec(text)
  if (!parts) throw unreadableQuery('select parameter', text)
  const [, alias, path = '', cast] = parts
  if (/[()!]/.test(path)) {
    // Embedding needs foreign keys in the cache; consoles read one table at a time or call functions.
    throw new RelationshipError(path)
  }
  const { column, steps } = parseColumnPath(path)
  return {
    column,
    steps,
    alias: alias === undefined ? (steps.at(-1)?.key ?? null) : unquoted(alias),
    cast: cast ?? null,
  }
}

/** Thrown for `table(…)` inside a select; told as PGRST200 where the table's name is known. */
export class RelationshipError extends Error {
  readonly embedded: string

  constructor(path: string) {
    const embedded = path.replace(/[!(].*$/s, '')
    super(`Embedded resource ${embedded}`)
    this.name = 'RelationshipError'
    this.embedded = embedded
  }
}

function parseOrderTerm(text: string): OrderTerm {
  const parts = /^(.+?)(?:\.(asc|desc))?(?:\.(nullsfirst|nullslast))?$/.exec(text)
  if (!parts) throw unreadableQuery('order', text)
  const [, path = '', direction, nulls] = parts
  return {
    ...parseColumnPath(path),
    descending: direction === 'desc',
    nulls: nulls === undefined ? null : nulls === 'nullsfirst' ? 'first' : 'last',
  }
}

function nameList(text: string | null): string[] | null {
  return text === null ? null : splitOutsideQuotes(text).map((name) => unquoted(name.trim()))
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0 || text.trim() === '') throw unreadableQuery(name, text)
  return value
}

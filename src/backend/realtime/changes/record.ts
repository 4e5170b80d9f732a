import { joinObject, splitObject } from '../jsonb-object.ts'
import { jsonObject, jsonOf, trustedJson, type JsonText } from '../json.ts'
import type { CapturedChange } from './capture.ts'
import type { Column, Table } from './catalog.ts'

/** A caught change with its rows taken apart: column -> value as Postgres wrote it. */
export interface RowChange {
  captured: CapturedChange
  table: Table
  committedAt: string
  newRow: Map<string, JsonText> | null
  /** What is told of the old row: the key, or more by the table's replica identity. */
  oldRow: Map<string, JsonText> | null
  isTooLarge: boolean
}

export type ChangeError = 'Error 400: Bad Request, no primary key' | 'Error 401: Unauthorized'

const TOO_LARGE = 'Error 413: Payload Too Large'
const LONGEST_KEPT_BYTES = 64
/** Postgres stores values from about this size apart from their row, and does not send them along when they stay the same. */
const STORED_APART_BYTES = 8_000
const EMPTY = trustedJson('{}')

/** Takes a change apart. @param maxBytes above this the long values are left out */
export function openChange(
  captured: CapturedChange,
  table: Table,
  committedAt: string,
  maxBytes: number,
): RowChange {
  const before = captured.oldRow === null ? null : splitObject(captured.oldRow)
  const after = captured.newRow === null ? null : splitObject(captured.newRow)
  const isDelete = captured.operation === 'DELETE'
  const identity = table.columns.filter(({ isKey, isIdentity }) =>
    isDelete && table.hasRowSecurity ? isKey : isIdentity,
  )
  if (before && after && !table.hasFullIdentity) leaveOutUnchanged(before, after)
  return {
    captured,
    table,
    committedAt,
    newRow: after,
    oldRow: before && pick(before, identity),
    isTooLarge: sizeOf(after) + sizeOf(before && pick(before, wireIdentity(table))) > maxBytes,
  }
}

/** `data` of the message for callers that may read `columns`. */
export function changeData(change: RowChange, columns: readonly Column[]): JsonText {
  const { captured, newRow, oldRow, isTooLarge } = change
  const project = (row: Map<string, JsonText>): JsonText => {
    const members = [...pick(row, columns)].map(([name, value]) => {
      const type = columns.find((column) => column.name === name)?.type ?? ''
      return [name, asSent(value, type)] as const
    })
    return joinObject(isTooLarge ? members.filter(([, value]) => isKept(value)) : members)
  }
  return dataOf(change, {
    record: newRow ? project(newRow) : undefined,
    columns: columnList(columns),
    errors: isTooLarge ? jsonOf([TOO_LARGE]) : jsonOf(null),
    committedAt: jsonOf(change.committedAt),
    oldRecord: captured.operation === 'INSERT' || !oldRow ? undefined : project(oldRow),
  })
}

/** `data` for callers who may not see the row: nothing but the fact. */
export function errorData(change: RowChange, error: ChangeError | null): JsonText {
  const { operation } = change.captured
  return dataOf(change, {
    record: operation === 'DELETE' ? undefined : EMPTY,
    columns: trustedJson('[]'),
    errors: error === null ? jsonOf(null) : jsonOf([error]),
    committedAt: error === null ? jsonOf(change.committedAt) : jsonOf(null),
    oldRecord: operation === 'INSERT' ? undefined : EMPTY,
  })
}

interface DataParts {
  record: JsonText | undefined
  columns: JsonText
  errors: JsonText
  committedAt: JsonText
  oldRecord: JsonText | undefined
}

function dataOf({ captured, table }: RowChange, parts: DataParts): JsonText {
  return jsonObject({
    table: jsonOf(table.name),
    type: jsonOf(captured.operation),
    record: parts.record,
    columns: parts.columns,
    errors: parts.errors,
    schema: jsonOf(table.schema),
    commit_timestamp: parts.committedAt,
    old_record: parts.oldRecord,
  })
}

function columnList(columns: readonly Column[]): JsonText {
  const parts = columns.map(({ name, type }) =>
    joinObject([
      ['name', jsonOf(name)],
      ['type', jsonOf(type)],
    ]),
  )
  return trustedJson(`[${parts.join(', ')}]`)
}

/** The members for these columns, in the order of the row. */
function pick(row: Map<string, JsonText>, columns: readonly Column[]): Map<string, JsonText> {
  const names = new Set(columns.map(({ name }) => name))
  return new Map([...row].filter(([name]) => names.has(name)))
}

function wireIdentity(table: Table): readonly Column[] {
  return table.columns.filter(({ isIdentity }) => isIdentity)
}

function leaveOutUnchanged(before: Map<string, JsonText>, after: Map<string, JsonText>): void {
  for (const [name, value] of after) {
    if (value.length >= STORED_APART_BYTES && before.get(name) === value) after.delete(name)
  }
}

/** Values on which the log's way of writing them differs from jsonb's. */
function asSent(value: JsonText, type: string): JsonText {
  const isText = value.startsWith('"')
  switch (type) {
    case 'float4':
    case 'float8':
    case 'numeric':
      // NaN and the infinities are no JSON numbers.
      return isText ? jsonOf(null) : value
    case 'bytea':
      return isText ? trustedJson(value.replace(/^"\\\\x/, '"')) : value
    case 'bpchar':
      // The real server casts to the type without its length, which leaves one character.
      return isText ? jsonOf(firstCharacter(JSON.parse(value) as string)) : value
    default:
      return value
  }
}

function firstCharacter(text: string): string {
  const code = text.codePointAt(0)
  return code === undefined ? '' : String.fromCodePoint(code)
}

function isKept(value: JsonText): boolean {
  return value !== 'null' && Buffer.byteLength(value) <= LONGEST_KEPT_BYTES
}

function sizeOf(row: Map<string, JsonText> | null): number {
  let bytes = 0
  for (const [name, value] of row ?? []) bytes += name.length + Buffer.byteLength(value)
  return bytes
}

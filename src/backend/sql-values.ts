import { parseArray, writeArray } from './sql-array.ts'

/*
 * One way to write parameters and to read columns for both databases, so that a query means the same on each. Everything
 * travels as Postgres' own text. Dates and times stay text: a JavaScript Date would lose their microseconds.
 */

type Decode = (text: string) => unknown

const DECODERS: Record<number, Decode> = {
  16: (text) => text === 't',
  17: (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex')),
  20: integer,
  21: Number,
  23: Number,
  26: Number,
  114: (text) => JSON.parse(text) as unknown,
  700: Number,
  701: Number,
  1700: decimal,
  3802: (text) => JSON.parse(text) as unknown,
}

/** Array type -> element type, for the types of Postgres itself that we read. */
const ARRAY_ELEMENT: Record<number, number> = {
  199: 114,
  1000: 16,
  1001: 17,
  1003: 19,
  1005: 21,
  1007: 23,
  1009: 25,
  1015: 1043,
  1016: 20,
  1021: 700,
  1022: 701,
  1028: 26,
  1115: 1114,
  1182: 1082,
  1185: 1184,
  1231: 1700,
  2951: 2950,
  3807: 3802,
}

/** Types that the drivers would turn into something else by themselves, and that we keep as text. */
const KEPT_AS_TEXT = [18, 19, 25, 1042, 1043, 1082, 1083, 1114, 1184, 1186, 1266, 2950]

/** How to read a column of type `oid` from Postgres' text form. */
export function decoderFor(oid: number): Decode {
  const element = ARRAY_ELEMENT[oid]
  if (element === undefined) return DECODERS[oid] ?? asIs
  const decodeElement = DECODERS[element] ?? asIs
  return (text) => parseArray(text, decodeElement)
}

/** The same as a table, for drivers that want one. */
export function decoderTable(): Record<number, Decode> {
  const oids = [...Object.keys(DECODERS), ...Object.keys(ARRAY_ELEMENT)].map(Number)
  return Object.fromEntries([...oids, ...KEPT_AS_TEXT].map((oid) => [oid, decoderFor(oid)]))
}

/**
 * A parameter as Postgres reads it: arrays become Postgres arrays and plain objects become JSON; a JSON array is handed
 * over as a string made by `JSON.stringify`. `undefined` is NULL.
 */
export function encodeParameter(value: unknown): string | null {
  if (value === null || value === undefined) return null
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'object':
      if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
      if (value instanceof Date) return value.toISOString()
      if (Array.isArray(value)) return writeArray(value, encodeParameter)
      return JSON.stringify(value)
    default:
      throw new TypeError(`A ${typeof value} cannot be a SQL parameter.`)
  }
}

/** `name` as a quoted SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function asIs(text: string): string {
  return text
}

/** A number while it is exact, else the text. */
function integer(text: string): number | string {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : text
}

/** A number while all its digits fit a double (15 always do), else the text. */
function decimal(text: string): number | string {
  const digits = text.replace(/[-.]/g, '').replace(/^0+/, '')
  return digits.length <= 15 && /^\d*$/.test(digits) ? Number(text) : text
}

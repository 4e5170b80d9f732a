/*
 * Postgres' text form of arrays: {1,2}, {"a b",NULL}, {{1,2},{3,4}}. Lower bounds ("[0:1]={…}") are read and dropped.
 */

/** Reads an array; `decode` turns each element's text into its value. NULL becomes null. */
export function parseArray(text: string, decode: (element: string) => unknown): unknown[] {
  const start = text.indexOf('{')
  const reader = { text, at: start + 1 }
  return readItems(reader, decode)
}

/** Writes an array; `encode` gives each element's text, or null for NULL. */
export function writeArray(values: readonly unknown[], encode: (value: unknown) => string | null): string {
  const items = values.map((value) => {
    if (Array.isArray(value)) return writeArray(value, encode)
    const text = encode(value)
    return text === null ? 'NULL' : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  })
  return `{${items.join(',')}}`
}

interface Reader {
  readonly text: string
  at: number
}

function readItems(reader: Reader, decode: (element: string) => unknown): unknown[] {
  const items: unknown[] = []
  while (reader.at < reader.text.length) {
    const next = reader.text[reader.at]
    if (next === '}') {
      reader.at += 1
      return items
    }
    if (next === ',') reader.at += 1
    else if (next === '{') {
      reader.at += 1
      items.push(readItems(reader, decode))
    } else if (next === '"') items.push(decode(readQuoted(reader)))
    else {
      const word = readWord(reader)
      items.push(word === 'NULL' ? null : decode(word))
    }
  }
  throw new SyntaxError(`Not a Postgres array: ${reader.text.slice(0, 80)}`)
}

function readQuoted(reader: Reader): string {
  let value = ''
  for (reader.at += 1; reader.text[reader.at] !== '"'; reader.at += 1) {
    if (reader.at >= reader.text.length) throw new SyntaxError('A quoted array element has no end.')
    if (reader.text[reader.at] === '\\') reader.at += 1
    value += reader.text[reader.at] ?? ''
  }
  reader.at += 1
  return value
}

function readWord(reader: Reader): string {
  const start = reader.at
  while (reader.at < reader.text.length && !',}'.includes(reader.text.charAt(reader.at))) reader.at += 1
  return reader.text.slice(start, reader.at)
}

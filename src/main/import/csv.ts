import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { pipeline, type Readable } from 'node:stream'
import Papa from 'papaparse'
import { ImportProblem } from './problem.ts'

/*
 * Reads a CSV file, plain or gzipped, record by record, in memory that does not grow with the file.
 */

export interface CsvRecord {
  /** Line of the file on which the record starts; the header is on line 1. */
  line: number
  fields: readonly string[]
}

export interface CsvReading {
  header: readonly string[]
  /** Bytes of the file read so far and in all: for a progress line. */
  progress: () => { read: number; total: number }
}

export interface CsvReader {
  /** Called once, with the first record; throw to stop reading. */
  header(reading: CsvReading): void
  /** False when it has seen enough: reading then ends. */
  record(record: CsvRecord): boolean
}

const NOT_TEXT = '\u0000'
const UNDECODABLE = '\ufffd'

/**
 * Reads the whole file through `reader`. Text is UTF-8; where it is not, the file is read again as Windows-1252, by a new
 * reader. Rejects with ImportProblem when the file cannot be opened, is damaged, is not text, or has a quote that never ends.
 */
export async function readCsv(path: string, makeReader: () => CsvReader): Promise<void> {
  const total = await sizeOf(path)
  if (total === 0) throw new ImportProblem(`${path} is empty.`, null, 'empty')
  const isUtf8 = await readAs(path, total, 'utf8', makeReader())
  if (!isUtf8) await readAs(path, total, 'latin1', makeReader())
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw new ImportProblem(`${path} is not a file.`, null, 'not-readable')
    return found.size
  } catch (error) {
    if (error instanceof ImportProblem) throw error
    const code = error instanceof Error && 'code' in error ? error.code : null
    throw new ImportProblem(
      code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be opened (${String(code)}).`,
      error,
      code === 'ENOENT' ? 'not-found' : 'not-readable',
    )
  }
}

/** False when the text turned out not to be in this encoding; the reader's findings are then worth nothing. */
function readAs(
  path: string,
  total: number,
  encoding: 'utf8' | 'latin1',
  reader: CsvReader,
): Promise<boolean> {
  let read = 0
  const file = createReadStream(path)
  file.on('data', (chunk) => (read += chunk.length))
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      text.destroy()
      file.destroy()
      reject(error instanceof ImportProblem ? error : readProblem(path, error))
    }
    const text = textOf(path, file, fail)
    text.setEncoding(encoding)
    let line = 1
    let hasHeader = false
    let isDecodable = true
    Papa.parse<string[]>(text, {
      header: false,
      skipEmptyLines: false,
      step: ({ data, errors }, parser) => {
        const at = line
        line += 1 + lineBreaksIn(data)
        try {
          const quote = errors.find(({ type }) => type === 'Quotes')
          if (quote !== undefined)
            throw new ImportProblem(
              `Line ${at}: a quoted field is not closed properly. Nothing was imported.`,
              null,
              'open-quote',
              { line: at },
            )
          if (encoding === 'utf8' && data.some((field) => field.includes(UNDECODABLE))) {
            isDecodable = false
            parser.abort()
            return
          }
          if (!hasHeader) {
            hasHeader = true
            if (data.some((field) => field.includes(NOT_TEXT)))
              throw new ImportProblem(`${path} is not a text file.`, null, 'not-text')
            const header = data.map((name) => name.replace(/^\ufeff/, '').trim())
            reader.header({ header, progress: () => ({ read, total }) })
          } else if (data.length > 1 || data[0] !== '') {
            if (!reader.record({ line: at, fields: data })) parser.abort()
          }
        } catch (error) {
          // Aborting completes at once: the failure must be known by then.
          fail(error)
          parser.abort()
        }
      },
      complete: () => {
        text.destroy()
        file.destroy()
        resolve(isDecodable)
      },
      error: fail,
    })
  })
}

/** The file as text, unpacked when its name ends in .gz. */
function textOf(path: string, file: Readable, fail: (error: unknown) => void): Readable {
  file.on('error', fail)
  if (!path.toLowerCase().endsWith('.gz')) return file
  const unpack = createGunzip()
  return pipeline(file, unpack, (error) => {
    if (error && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') fail(error)
  })
}

function readProblem(path: string, error: unknown): ImportProblem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const words = error instanceof Error ? error.message : String(error)
  if (code === 'Z_BUF_ERROR') {
    const message = `${path} is damaged: its compressed data ends too early. Nothing was imported.`
    return new ImportProblem(message, error, 'damaged')
  }
  if (code.startsWith('Z_')) {
    const message = `${path} is damaged, or not a gzip file. Nothing was imported.`
    return new ImportProblem(message, error, 'damaged')
  }
  return new ImportProblem(`${path} cannot be read: ${words}`, error, 'not-readable')
}

function lineBreaksIn(fields: readonly string[]): number {
  let breaks = 0
  for (const field of fields) {
    if (!field.includes('\n')) continue
    for (const character of field) if (character === '\n') breaks += 1
  }
  return breaks
}

import { appendFile, mkdir, rename, stat } from 'node:fs/promises'
import path from 'node:path'
import { errorCode } from '../storage/json-file.ts'

export interface LogFile {
  /** Takes a line at once and writes it soon. */
  line(text: string): void
  /** Resolves when everything taken so far is on disk, or was given up. */
  flushed(): Promise<void>
}

export interface LogFileOptions {
  /** A file that has grown to this size is renamed to `.1`, and a new one begun. */
  maxBytes: number
  /** How many older files stay: `.1` is the youngest. */
  keep: number
  /** Hears, once per failure kind, that lines could not be written: there is nowhere else to say so. */
  lost: (code: string) => void
}

/**
 * A log file that rotates. Lines are gathered while a write runs, so a flood costs one write, not one each; a full disk
 * costs the lines and nothing else.
 * @param file absolute path; its folder is made
 */
export function openLogFile(file: string, options: LogFileOptions): LogFile {
  let waiting: string[] = []
  let writing: Promise<void> | null = null
  let size: number | null = null
  let lastLoss: string | null = null

  const writeOnce = async (text: string) => {
    if (size === null) {
      await mkdir(path.dirname(file), { recursive: true })
      size = await sizeOf(file)
    }
    if (size >= options.maxBytes) {
      await rotate(file, options.keep)
      size = 0
    }
    await appendFile(file, text, { mode: 0o600 })
    size += Buffer.byteLength(text)
  }

  const drain = async () => {
    while (waiting.length > 0) {
      const text = `${waiting.join('\n')}\n`
      waiting = []
      try {
        await writeOnce(text)
        lastLoss = null
      } catch (error) {
        const code = errorCode(error)
        if (code !== lastLoss) options.lost(code)
        lastLoss = code
      }
    }
    writing = null
  }

  return {
    line: (text) => {
      waiting.push(text)
      writing ??= drain()
    },
    flushed: () => writing ?? Promise.resolve(),
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0
    throw error
  }
}

async function rotate(file: string, keep: number): Promise<void> {
  for (let age = keep; age >= 1; age--) {
    const younger = age === 1 ? file : `${file}.${age - 1}`
    try {
      await rename(younger, `${file}.${age}`)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }
}

import { readFile, rename } from 'node:fs/promises'
import type { z } from 'zod'
import { writeAtomically } from './atomic-file.ts'

/** How reading a small file of ours went. A file we cannot understand is moved out of the way, never overwritten. */
export type ReadOutcome<T> =
  | { kind: 'read'; value: T }
  | { kind: 'absent' }
  | { kind: 'set-aside'; movedTo: string }
  | { kind: 'unreadable'; code: string }

/**
 * @param file absolute path
 * @param schema what the file must hold
 * @returns `set-aside` when it is not JSON of that shape: the file then lies beside its old place as `*.unreadable`
 */
export async function readJsonFile<S extends z.ZodType>(
  file: string,
  schema: S,
): Promise<ReadOutcome<z.infer<S>>> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const code = errorCode(error)
    return code === 'ENOENT' ? { kind: 'absent' } : { kind: 'unreadable', code }
  }
  const parsed = schema.safeParse(parseJson(text))
  if (parsed.success) return { kind: 'read', value: parsed.data }
  const movedTo = `${file}.unreadable`
  try {
    await rename(file, movedTo)
  } catch (error) {
    return { kind: 'unreadable', code: errorCode(error) }
  }
  return { kind: 'set-aside', movedTo }
}

export const writeJsonFile = (file: string, value: unknown): Promise<void> =>
  writeAtomically(file, `${JSON.stringify(value, null, 2)}\n`)

/** Undefined stands for text that is no JSON: no schema of ours takes it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The system's error code (`ENOSPC`, …), or `UNKNOWN`. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN'
}

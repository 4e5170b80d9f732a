import { randomUUID } from 'node:crypto'
import { open } from 'node:fs/promises'
import { failed, ok, type Reply } from '#shared/protocol/reply.ts'
import type { Answer } from '#shared/protocol/contract.ts'
import type { WorkFile } from '#shared/protocol/work.ts'
import type { Log } from './engine/ports.ts'
import type { EngineHost } from './engine-host.ts'
import { writeAtomically } from './storage/atomic-file.ts'
import { errorCode } from './storage/json-file.ts'

/*
 * Unsent work on its way to a file and back. The person chooses the file in the system's own dialog, so a window never names a
 * path; the engine makes and checks the text, and never touches a file that is not its own [S1].
 */

/** What is written or opened: the dialog's title and the kinds of files it shows. */
export type FileMatter = 'work' | 'table' | 'pdf' | 'zpl' | 'import'

/** What a person answers to the system's dialogs: an absolute path, or null. */
export interface FileDialogs {
  save(suggestedName: string, what: FileMatter): Promise<string | null>
  open(what: FileMatter): Promise<string | null>
}

export interface WorkFiles {
  write(): Promise<Reply<Answer<'work.export'>>>
  read(): Promise<Reply<Answer<'work.import'>>>
}

interface WorkFilesPorts {
  engine: Pick<EngineHost, 'askOwn'>
  dialogs: FileDialogs
  log: Log
}

/** Twenty thousand commands; a file that is larger is none of ours. */
export const MAX_FILE_BYTES = 16 * 1_024 * 1_024

export function openWorkFiles({ engine, dialogs, log }: WorkFilesPorts): WorkFiles {
  const oneDialog = oneAtATime()

  async function write(): Promise<Reply<Answer<'work.export'>>> {
    const before = await engine.askOwn('work.gather', {})
    if (!before.ok) return before
    if (before.value.commands.length === 0) return ok({ file: null, commands: 0 })
    const file = await dialogs.save(nameOf(before.value), 'work')
    if (file === null) return ok({ file: null, commands: 0 })
    // People think before a dialog, and others scan meanwhile: what is written is what is unsent now.
    const work = await engine.askOwn('work.gather', {})
    if (!work.ok) return work
    try {
      await writeAtomically(
        file,
        `${JSON.stringify(work.value, null, 2)}\n`,
        0o600,
        `${file}.${randomUUID()}.tmp`,
      )
    } catch (error) {
      log.warn('work.not-exported', { code: errorCode(error) })
      return notWritten(errorCode(error))
    }
    log.info('work.exported', { commands: work.value.commands.length })
    return ok({ file, commands: work.value.commands.length })
  }

  async function read(): Promise<Reply<Answer<'work.import'>>> {
    const file = await dialogs.open('work')
    if (file === null) return ok({ file: null, taken: 0, known: 0 })
    const text = await textOf(file)
    if (!text.ok) return text
    const taken = await engine.askOwn('work.take-in', { text: text.value })
    if (!taken.ok) return taken
    log.info('work.imported', { ...taken.value })
    return ok({ file, ...taken.value })
  }

  return { write: () => oneDialog(write), read: () => oneDialog(read) }
}

/** A window that asks again and again does not cover the screen with dialogs. */
export function oneAtATime() {
  let busy = false
  return async <T>(task: () => Promise<Reply<T>>): Promise<Reply<T>> => {
    if (busy) return failed('rate-limited', 'A file is being chosen already.', true)
    busy = true
    try {
      return await task()
    } finally {
      busy = false
    }
  }
}

/** @returns the text of a plain file that is not too large, read no further than that */
async function textOf(file: string): Promise<Reply<string>> {
  try {
    const handle = await open(file, 'r')
    try {
      const facts = await handle.stat()
      if (!facts.isFile()) return failed('bad-request', `${file} is not a file.`)
      if (facts.size > MAX_FILE_BYTES) {
        return failed(
          'too-large',
          `${file} is larger than ${MAX_FILE_BYTES / 1_048_576} MB: it holds no work.`,
        )
      }
      return ok(await handle.readFile('utf8'))
    } finally {
      await handle.close()
    }
  } catch (error) {
    return failed('bad-request', `${file} could not be read (${errorCode(error)}).`)
  }
}

/** Why a file was not written, by the system's code. */
export function notWritten(code: string): Reply<never> {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return failed(
        'disk-full',
        'There is no room for the file there. Choose another place, or free some space.',
      )
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return failed('disk-read-only', 'The file cannot be written there. Choose another place.')
    default:
      return failed('internal', `The file could not be written (${code}). Choose another place.`)
  }
}

/** A name that says whose work it is and since when, of letters that every file system takes. */
function nameOf({ email, exportedAt }: WorkFile): string {
  const whose = email.replace(/[^a-zA-Z0-9.@-]/g, '_')
  return `unsent-work ${whose} ${exportedAt.slice(0, 16).replace('T', ' ').replace(':', '.')}.json`
}

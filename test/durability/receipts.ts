import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { MutationId } from '#shared/domain/ids.ts'
import type { Asked } from '#test/harness/site/moves.ts'

/*
 * What the person at the console knows, on a paper of their own: what they asked for, and which receipts they heard. Written
 * beside the console, read by the test; the console never sees it.
 */

/** A line of the paper. `taken-back`: heard for an undo of `target`. */
export type Line =
  | { kind: 'asked'; command: Asked }
  | { kind: 'receipted' | 'objected'; id: MutationId }
  | { kind: 'taken-back'; id: MutationId; target: MutationId }
  /** What happened around it, for whoever looks for what went wrong. */
  | { kind: 'born'; life: number }
  | { kind: 'damaged'; how: string }

const NAME = 'receipts.log'

export interface Paper {
  /** Before it is asked for: a process that is killed does not lose what it has handed to the system. */
  asked(command: Asked): void
  /** After the answer came; on disk when this returns. */
  heard(line: Exclude<Line, { kind: 'asked' | 'born' | 'damaged' }>): void
  close(): void
}

export function openPaper(folder: string): Paper {
  const file = openSync(join(folder, NAME), 'a')
  const write = (line: Line): void => void writeSync(file, `${JSON.stringify(line)}\n`)
  return {
    asked: (command) => write({ kind: 'asked', command }),
    heard(line) {
      write(line)
      fsyncSync(file)
    },
    close: () => closeSync(file),
  }
}

/** While nobody else writes on it. */
export const noteInPaper = (folder: string, line: Line): void =>
  appendFileSync(join(folder, NAME), `${JSON.stringify(line)}\n`)

export interface Read {
  asked: Map<MutationId, Asked>
  receipted: Set<MutationId>
  objected: Set<MutationId>
  takenBack: Set<MutationId>
}

export function readPaper(folder: string): Read {
  const path = join(folder, NAME)
  const read: Read = { asked: new Map(), receipted: new Set(), objected: new Set(), takenBack: new Set() }
  if (!existsSync(path)) return read
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    if (text === '') continue
    const line = JSON.parse(text) as Line
    if (line.kind === 'asked') read.asked.set(line.command.mutation_id, line.command)
    else if (line.kind === 'taken-back') read.takenBack.add(line.target)
    else if (line.kind === 'receipted' || line.kind === 'objected') read[line.kind].add(line.id)
  }
  return read
}

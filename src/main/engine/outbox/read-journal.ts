import type { UserId } from '#shared/domain/ids.ts'
import type { Disk } from './disk.ts'
import { JOURNAL_VERSION, readLine, type Beginning, type JournalLine } from './journal-lines.ts'
import { outboxError } from './outbox-trouble.ts'

/** A journal as it was found. */
export interface FoundJournal {
  exists: boolean
  /** The lines that are as they were written, in their order. */
  lines: readonly JournalLine[]
  begins: ({ n: number } & Beginning) | null
  /** Number of the last good line. */
  lastLine: number
  /** How many lines are torn, changed or missing, as far as can be told. */
  badLines: number
  /** How many of them are behind the last good line. */
  badAtEnd: number
  /** Whether another line can be written behind the last one. */
  endsWhole: boolean
  bytes: number
}

const NEW_LINE = 10
const noJournal: FoundJournal = {
  ...{ exists: false, lines: [], begins: null, lastLine: 0, bytes: 0 },
  ...{ badLines: 0, badAtEnd: 0, endsWhole: true },
}

/** A journal that is somebody else's, by its name or its lines: none of it is believed. */
const disowned = ({ bytes, lines, badLines }: FoundJournal): FoundJournal => ({
  ...{ ...noJournal, exists: true, bytes, badLines: badLines + lines.length },
})

/** Whether it alone can tell of every entry that is not over. */
export const isWhole = ({ begins, badLines, endsWhole }: FoundJournal): boolean =>
  begins !== null && badLines === 0 && endsWhole

/**
 * Reads what is there and changes nothing. What cannot be read is counted: by the lines that are not as they were written, and by
 * the numbers that are missing between those that are.
 * @throws OutboxError `from-newer-version`; what the disk says
 */
export function readJournal(disk: Disk, path: string, owner: UserId): FoundJournal {
  const bytes = disk.read(path)
  if (bytes === null) return noJournal
  const lines: JournalLine[] = []
  let begins: FoundJournal['begins'] = null
  let lastLine = 0
  let badLines = 0
  let badSince = 0
  for (const text of textLines(bytes)) {
    const line = readLine(text)
    if (line === null) {
      badSince += 1
      continue
    }
    const missing = lines.length === 0 ? 0 : Math.max(0, line.n - lastLine - 1)
    badLines += Math.max(missing, badSince)
    badSince = 0
    lastLine = Math.max(lastLine, line.n)
    if (line.e === 'begin') begins ??= line
    lines.push(line)
  }
  if (begins && begins.version > JOURNAL_VERSION) throw outboxError('from-newer-version')
  const found: FoundJournal = {
    ...{ exists: true, lines, begins, lastLine, bytes: bytes.length, badAtEnd: badSince },
    badLines: badLines + badSince + missingEntries(begins, lines),
    endsWhole: bytes.length === 0 || bytes.at(-1) === NEW_LINE,
  }
  return begins && begins.owner !== owner ? disowned(found) : found
}

/** The entries it began with have no numbers of their own, but their number is known. */
function missingEntries(begins: Beginning | null, lines: readonly JournalLine[]): number {
  if (begins === null) return 0
  return Math.max(0, begins.entries - lines.filter(({ e }) => e === 'entry').length)
}

function* textLines(bytes: Buffer): Generator<string> {
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(NEW_LINE, from)
    const to = end === -1 ? bytes.length : end
    yield bytes.toString('utf8', from, to)
    from = to + 1
  }
}

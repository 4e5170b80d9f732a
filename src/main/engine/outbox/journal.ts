import { dirname } from 'node:path'
import type { Disk, OpenFile } from './disk.ts'
import type { WorkEvent } from './entry-events.ts'
import { writtenLine, type Beginning, type JournalLine } from './journal-lines.ts'
import type { Entry } from './outbox.ts'

/** Written at once while a journal is rewritten. */
const PIECE_BYTES = 256 * 1024

export interface NewJournal {
  /** Number of the line that the database has seen last. */
  n: number
  head: Omit<Beginning, 'e' | 'entries'>
  entries: readonly Entry[]
}

/**
 * The writing end of the journal. A line that could not be written, or not be synced, is cut off again; where the disk does not allow
 * even that, the next call begins with it, and fails until it can be done. So nothing is ever written behind half a line.
 */
export class Journal {
  private readonly disk: Disk
  private readonly path: string
  private file: OpenFile | null = null
  /** Up to here the file is as it should be. */
  private end: number
  private last: number
  /** Where the last line begins. */
  private lastAt: number
  /** There may be something behind the end. */
  private isDirty = false
  /** The folder may still name the journal that was before. */
  private isRenamed = false

  /** @param found what is in the file, all of it good */
  constructor(disk: Disk, path: string, found: { bytes: number; lastLine: number }) {
    this.disk = disk
    this.path = path
    this.end = found.bytes
    this.last = found.lastLine
    this.lastAt = found.bytes
  }

  get bytes(): number {
    return this.end
  }

  /** @returns the number of its line, which is on disk */
  append(event: WorkEvent): number {
    return this.put({ n: this.last + 1, ...event })
  }

  /**
   * The last line's commit failed: it never happened. A line says so; where that cannot be written, the line itself is taken
   * off. A process that dies before either is done leaves the line standing: then the command was kept after all, which is
   * better than lost.
   */
  undoLast(): void {
    const before = this.lastAt
    const of = this.last
    try {
      this.put({ n: of + 1, e: 'void', of })
    } catch {
      this.end = before
      this.last = of - 1
      this.isDirty = true
      this.tryToClean()
    }
  }

  /** Puts a new journal in the place of the old one, which is there, whole, until the new one is. */
  rewrite({ n, head, entries }: NewJournal): void {
    const fresh = `${this.path}.new`
    const bytes = this.fill(fresh, n, head, entries)
    // Windows does not rename over an open file.
    this.close()
    this.disk.rename(fresh, this.path)
    this.end = this.lastAt = bytes
    this.last = n
    this.isDirty = false
    this.isRenamed = true
    this.tryToClean()
  }

  close(): void {
    const { file } = this
    this.file = null
    file?.close()
  }

  private put(line: JournalLine): number {
    this.clean()
    const bytes = Buffer.from(writtenLine(line))
    try {
      const file = this.opened()
      file.write(bytes, this.end)
      file.sync()
    } catch (error) {
      this.isDirty = true
      this.tryToClean()
      throw error
    }
    this.lastAt = this.end
    this.end += bytes.length
    this.last = line.n
    return line.n
  }

  private fill(path: string, n: number, head: NewJournal['head'], entries: readonly Entry[]): number {
    const file = this.disk.create(path)
    try {
      let at = 0
      let piece = writtenLine({ n, e: 'begin', ...head, entries: entries.length })
      const flush = (): void => {
        const bytes = Buffer.from(piece)
        file.write(bytes, at)
        at += bytes.length
        piece = ''
      }
      for (const entry of entries) {
        piece += writtenLine({ n, e: 'entry', entry })
        if (piece.length >= PIECE_BYTES) flush()
      }
      flush()
      file.sync()
      return at
    } catch (error) {
      this.attempt(() => this.disk.remove(path))
      throw error
    } finally {
      file.close()
    }
  }

  /** Ends what an earlier call had to leave undone. */
  private clean(): void {
    if (this.isRenamed) this.disk.syncFolder(dirname(this.path))
    this.isRenamed = false
    if (!this.isDirty) return
    const file = this.opened()
    file.truncate(this.end)
    file.sync()
    this.isDirty = false
  }

  private tryToClean(): void {
    this.attempt(() => this.clean())
    // A handle that failed may go on failing when the disk does not any more.
    if (this.isDirty) this.attempt(() => this.close())
  }

  private attempt(work: () => void): void {
    try {
      work()
    } catch {
      // What is still to be done is done before the next line.
    }
  }

  private opened(): OpenFile {
    return (this.file ??= this.disk.open(this.path))
  }
}

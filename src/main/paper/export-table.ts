import { randomUUID } from 'node:crypto'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import type { TableSpec } from '#shared/protocol/paper.ts'
import { failed, ok, type Reply } from '#shared/protocol/reply.ts'
import type { TableRows } from '../engine/paper/paper-questions.ts'
import type { Log } from '../engine/ports.ts'
import type { EngineHost } from '../engine-host.ts'
import { errorCode } from '../storage/json-file.ts'
import { notWritten, type FileDialogs } from '../work-files.ts'
import { BYTE_ORDER_MARK, cellsOf, csvLines } from './csv-text.ts'
import { fileName } from './file-name.ts'

interface ExportPorts {
  engine: Pick<EngineHost, 'askOwn'>
  dialogs: FileDialogs
  log: Log
  now: () => number
  progress: (at: { doneRows: number; totalRows: number } | null) => void
}

export interface TableExport {
  write(question: Question<'table.export'>): Promise<Reply<Answer<'table.export'>>>
  /** Ends the one under way, and leaves no file of it. */
  stop(): void
}

type Ended = { kind: 'written'; rows: number } | { kind: 'stopped' } | { kind: 'failed'; reply: Reply<never> }

/**
 * Writes a table as it is shown to a file: window by window, each in a short turn of the engine, so that nobody's scan waits for it.
 * A row that moves down the list meanwhile is written once; the file's name says as of when the list was.
 */
export function openTableExport({ engine, dialogs, log, now, progress }: ExportPorts): TableExport {
  let isStopped = false

  const rowsFrom = (table: TableSpec, from: TableRows['next']): Promise<Reply<TableRows>> =>
    engine.askOwn('table.rows', { table, from })

  async function write({
    view,
    columns,
    title,
  }: Question<'table.export'>): Promise<Reply<Answer<'table.export'>>> {
    isStopped = false
    const first = await rowsFrom(view, null)
    if (!first.ok) return first
    const file = await dialogs.save(fileName(title, first.value.asOf ?? now(), 'csv'), 'table')
    if (file === null) return ok({ file: null, rows: 0 })
    const draft = `${file}.${randomUUID()}.tmp`
    try {
      const handle = await open(draft, 'w', 0o666)
      let ended: Ended
      try {
        await handle.writeFile(BYTE_ORDER_MARK + csvLines([columns.map(({ heading }) => heading)]))
        ended = await writeRows(handle, view, columns)
        if (ended.kind === 'written') await handle.sync()
      } finally {
        await handle.close()
      }
      if (ended.kind !== 'written') {
        await rm(draft, { force: true })
        return ended.kind === 'failed' ? ended.reply : ok({ file: null, rows: 0 })
      }
      await rename(draft, file)
      log.info('table.exported', { view: view.name, rows: ended.rows })
      return ok({ file, rows: ended.rows })
    } catch (error) {
      await rm(draft, { force: true })
      log.warn('table.not-exported', { code: errorCode(error) })
      return notWritten(errorCode(error))
    } finally {
      progress(null)
    }
  }

  async function writeRows(
    handle: FileHandle,
    view: TableSpec,
    columns: Question<'table.export'>['columns'],
  ): Promise<Ended> {
    const written = new Set<string>()
    let from: TableRows['next'] = null
    do {
      const read = await rowsFrom(view, from)
      if (!read.ok) return { kind: 'failed', reply: failed(read.error.code, read.error.message, true) }
      if (isStopped) return { kind: 'stopped' }
      const fresh = read.value.rows.filter(({ id }) => !written.has(id))
      for (const { id } of fresh) written.add(id)
      await handle.writeFile(csvLines(fresh.map((row) => cellsOf(row, columns))))
      const { total, next } = read.value
      progress({ doneRows: written.size, totalRows: total === null ? 0 : Math.max(total, written.size) })
      from = next
    } while (from !== null)
    return { kind: 'written', rows: written.size }
  }

  return {
    write,
    stop: () => {
      isStopped = true
    },
  }
}

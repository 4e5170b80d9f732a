import { randomUUID } from 'node:crypto'
import type { WarehouseId } from '#shared/domain/ids.ts'
import type { ImportCheck, ImportState } from '#shared/protocol/import.ts'
import { failed, ok, type Reply } from '#shared/protocol/reply.ts'
import type { Outcome } from '../engine/upstream/upstream.ts'
import type { Log } from '../engine/ports.ts'
import type { EngineHost } from '../engine-host.ts'
import type { ImportReading, ReadImport, ReadingProgress, RunningRead } from '../import/read-in-thread.ts'
import type { ImportThreadBoot } from '../import/thread-protocol.ts'
import type { FileDialogs } from '../work-files.ts'
import { dropNote, readNote, writeNote, type ImportNote } from './import-note.ts'
import { sendImport } from './send-import.ts'

export interface ImportDeskPorts {
  engine: Pick<EngineHost, 'askOwn'>
  dialogs: FileDialogs
  log: Log
  pause: (delayMs: number) => Promise<void>
  /** Where the note of an import under way lies. */
  noteFile: string
  read: (boot: ImportThreadBoot, progress: ReadingProgress) => RunningRead
  changed: (state: ImportState) => void
}

export interface ImportDesk {
  state(): ImportState
  choose(warehouseId: WarehouseId): Promise<Reply<{ isChosen: boolean }>>
  go(): Promise<Reply<Record<string, never>>>
  stop(): void
  forget(): Promise<void>
  /** What a dry run found; null when there is none. */
  check(): ImportCheck | null
  /** Ends what is under way; a note of it stays. */
  close(): void
}

const total = ({ planned }: ImportCheck): number =>
  Object.values(planned).reduce((sum, rows) => sum + rows, 0)

const notNow = (): Reply<never> => failed('not-ready', 'There is nothing to import, or it is under way.')

/**
 * One file at a time on its way into the stock: reading, checked, sending, done; or broken, and to be gone on with. The note on disk
 * is written before the first row is sent, so that a console that was closed knows of it [O1].
 */
export async function openImportDesk(ports: ImportDeskPorts): Promise<ImportDesk> {
  const { engine, dialogs, log, pause, noteFile } = ports
  let note = await readNote(noteFile)
  let reading: RunningRead | null = null
  let read: ReadImport | null = null
  let isStopped = false
  let state: ImportState = note ? standing(note, 'closed') : { at: 'none' }

  function show(next: ImportState): void {
    state = next
    ports.changed(next)
  }

  function leave(): void {
    reading?.cancel()
    read?.close()
    reading = null
    read = null
  }

  async function readFile(
    file: string,
    warehouse: { id: WarehouseId; code: string },
  ): Promise<ImportReading | null> {
    leave()
    isStopped = false
    const place = { file, warehouseId: warehouse.id }
    show({ at: 'reading', ...place, readBytes: 0, totalBytes: 0, lines: 0 })
    const mine = ports.read({ file, warehouseCode: warehouse.code }, (at) => {
      if (reading === mine && state.at === 'reading') show({ ...state, ...at })
    })
    reading = mine
    try {
      const outcome = await mine.result
      if (reading !== mine) return null
      if (outcome.kind === 'read') read = outcome.read
      return outcome
    } catch (error) {
      // Whoever cancelled it has said already how things stand.
      if (reading !== mine) return null
      log.error('import.reader-died', { error: String(error) })
      return { kind: 'problem', problem: { kind: 'not-readable', line: null, found: [] } }
    } finally {
      if (reading === mine) reading = null
    }
  }

  async function choose(warehouseId: WarehouseId): Promise<Reply<{ isChosen: boolean }>> {
    if (state.at === 'reading' || state.at === 'sending' || note !== null) return notNow()
    const code = await codeOf(warehouseId)
    if (!code.ok) return code
    const file = await dialogs.open('import')
    if (file === null) return ok({ isChosen: false })
    void check(file, { id: warehouseId, code: code.value })
    return ok({ isChosen: true })
  }

  /** The dry run. */
  async function check(file: string, warehouse: { id: WarehouseId; code: string }): Promise<void> {
    const { id: warehouseId } = warehouse
    const outcome = await readFile(file, warehouse)
    if (outcome?.kind === 'problem') {
      const { kind: because, line, found } = outcome.problem
      show({ at: 'unreadable', file, warehouseId, because, line, found })
    } else if (outcome) {
      log.info('import.checked', { lines: outcome.read.check.lines, skipped: outcome.read.check.skipped })
      show({ at: 'checked', file, warehouseId, check: outcome.read.check })
    }
  }

  /** Rows of a file get their ids with the code of their warehouse. */
  async function codeOf(warehouseId: WarehouseId): Promise<Reply<string>> {
    const found = await engine.askOwn('paper.orders', { warehouseId, orderIds: [] })
    if (!found.ok) return found
    return found.value.warehouse === null
      ? failed('not-ready', 'This station does not know the warehouse yet.', true)
      : ok(found.value.warehouse.code)
  }

  async function go(): Promise<Reply<Record<string, never>>> {
    if (state.at === 'checked' && read) {
      const { file, warehouseId } = state
      const code = await codeOf(warehouseId)
      if (!code.ok) return code
      const begun: ImportNote = {
        ...{ version: 1, importId: randomUUID(), file, hash: read.hash, warehouseId },
        ...{ warehouseCode: code.value, totalRows: total(read.check) },
      }
      try {
        await writeNote(noteFile, begun)
      } catch (error) {
        log.error('import.not-noted', { error: String(error) })
        return failed('disk-full', 'The note of this import could not be written.')
      }
      note = begun
      void send(begun, read)
      return ok({})
    }
    if (state.at === 'broken' && note) {
      void goOn(note)
      return ok({})
    }
    return notNow()
  }

  /** The file is read again where it was not kept: its rows, and their ids, are the same as long as it is the same file. */
  async function goOn(at: ImportNote): Promise<void> {
    if (read) return send(at, read)
    const outcome = await readFile(at.file, { id: at.warehouseId, code: at.warehouseCode })
    if (outcome === null) return
    if (outcome.kind === 'problem')
      return show(standing(at, outcome.problem.kind === 'not-found' ? 'file-gone' : 'file-changed'))
    if (outcome.read.hash !== at.hash) {
      leave()
      return show(standing(at, 'file-changed'))
    }
    return send(at, outcome.read)
  }

  async function send(at: ImportNote, rows: ReadImport): Promise<void> {
    isStopped = false
    const totalRows = total(rows.check)
    const place = { file: at.file, warehouseId: at.warehouseId }
    let doneRows = 0
    show({ at: 'sending', ...place, doneRows, totalRows, isBooking: false })
    try {
      const end = await sendImport(
        {
          call: async (name, args) => outcomeOf(await engine.askOwn('import.call', { name, args })),
          pause,
          isStopped: () => isStopped,
          progress: (progress) => {
            doneRows = progress.doneRows
            if (!isStopped) show({ at: 'sending', ...place, totalRows, ...progress })
          },
        },
        at,
        rows,
      )
      if (note !== at) return
      if (end.kind === 'broken') {
        log.warn('import.broken', { because: end.because })
        return show({ ...standing(at, end.because), doneRows, totalRows })
      }
      log.info('import.booked', { ...end.booked })
      note = null
      await dropNote(noteFile)
      leave()
      show({ at: 'done', ...place, planned: rows.check.planned, booked: end.booked })
    } catch (error) {
      log.error('import.failed', { error: String(error) })
      if (note === at) show({ ...standing(at, 'server-error'), doneRows, totalRows })
    }
  }

  return {
    state: () => state,
    choose,
    go,
    check: () => (state.at === 'checked' ? state.check : null),
    stop() {
      if (state.at === 'reading') {
        leave()
        show(note ? standing(note, 'stopped') : { at: 'none' })
      }
      if (state.at === 'sending') isStopped = true
    },
    async forget() {
      if (state.at === 'sending') return
      const left = note
      note = null
      leave()
      show({ at: 'none' })
      if (!left) return
      await dropNote(noteFile)
      // What the server has of it is seen by nobody, and forgotten in a week; this only makes it sooner.
      await engine.askOwn('import.call', { name: 'import_drop', args: { import_id: left.importId } })
    },
    close() {
      isStopped = true
      leave()
    },
  }
}

const standing = (
  { file, warehouseId, totalRows }: ImportNote,
  because: Extract<ImportState, { at: 'broken' }>['because'],
): Extract<ImportState, { at: 'broken' }> => ({
  ...{ at: 'broken', file, warehouseId, because, doneRows: 0, totalRows },
})

/** An engine that is starting again is as good as a network that is away. */
const outcomeOf = (reply: Reply<Outcome<unknown>>): Outcome<unknown> =>
  reply.ok ? reply.value : { kind: 'offline', detail: reply.error.message }

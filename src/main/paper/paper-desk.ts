import { randomUUID } from 'node:crypto'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import { labelPapers } from '#shared/paper/labels.ts'
import { zplOf } from '#shared/paper/zpl.ts'
import type { LabelPrinter, PaperChannel, PaperJob, PaperState, SendEnd } from '#shared/protocol/paper.ts'
import { failed, ok, type Reply } from '#shared/protocol/reply.ts'
import { writeAtomically } from '../storage/atomic-file.ts'
import { errorCode } from '../storage/json-file.ts'
import { notWritten, oneAtATime } from '../work-files.ts'
import { BYTE_ORDER_MARK, csvLines } from './csv-text.ts'
import { openTableExport } from './export-table.ts'
import { fileName } from './file-name.ts'
import { openImportDesk, type ImportDeskPorts } from './import-desk.ts'
import type { LaidOut } from './pages-of.ts'
import type { SystemPrinter } from './system-printer.ts'

/** A window shows so many at once, and asks for more when somebody turns the page. */
const PREVIEW_PAGES = 12

export interface PaperDeskPorts extends Omit<ImportDeskPorts, 'changed'> {
  printer: SystemPrinter
  settings: {
    labelPrinter(): LabelPrinter | null
    keepLabelPrinter(printer: LabelPrinter | null): Promise<void>
  }
  send: (printer: LabelPrinter, text: string) => Promise<SendEnd>
  now: () => number
  changed: (state: PaperState) => void
}

export interface PaperDesk {
  answer<C extends PaperChannel>(channel: C, question: Question<C>): Promise<Reply<Answer<C>>>
  close(): void
}

type Answers = { [C in PaperChannel]: (question: Question<C>) => Promise<Reply<Answer<C>>> }

/** What is heavy (letters, PDF, codes) is loaded when somebody first prints: no start waits for it. */
const press = () => import('./press.ts')

/** Files and paper, in and out. */
export async function openPaperDesk(ports: PaperDeskPorts): Promise<PaperDesk> {
  const { engine, dialogs, log, now } = ports
  const oneDialog = oneAtATime()
  // A long table is written while other things are printed.
  const oneTable = oneAtATime()
  let state: PaperState = { export: null, import: { at: 'none' } }
  const changed = (some: Partial<PaperState>): void => {
    state = { ...state, ...some }
    ports.changed(state)
  }
  const tables = openTableExport({ engine, dialogs, log, now, progress: (at) => changed({ export: at }) })
  const desk = await openImportDesk({ ...ports, changed: (at) => changed({ import: at }) })
  state = { ...state, import: desk.state() }

  async function laidOut(job: PaperJob): Promise<Reply<LaidOut>> {
    const { labelPages, pickListOf } = await press()
    if (job.kind !== 'pick-list') return ok(labelPages(job))
    const { warehouseId, orderIds } = job
    const found = await engine.askOwn('paper.orders', { warehouseId, orderIds })
    if (!found.ok) return found
    if (found.value.orders.length === 0)
      return failed('bad-request', 'These orders are not on this station (any more).')
    return ok(pickListOf(job, found.value, now()))
  }

  async function save({ job, as }: Question<'paper.save'>): Promise<Reply<Answer<'paper.save'>>> {
    if (as === 'zpl' && !isOnRoll(job)) return notOnRoll()
    const pages = await laidOut(job)
    if (!pages.ok) return pages
    const file = await dialogs.save(fileName(titles[job.kind], now(), as), as)
    if (file === null) return ok({ file: null })
    const { pdfOf } = await press()
    const content =
      as === 'zpl'
        ? zplOf(pages.value.pages)
        : await pdfOf(pages.value.pages, titles[job.kind], new Date(now()))
    return written(file, content)
  }

  async function written(file: string, content: string | Uint8Array): Promise<Reply<{ file: string }>> {
    try {
      await writeAtomically(file, content, 0o666, `${file}.${randomUUID()}.tmp`)
      return ok({ file })
    } catch (error) {
      log.warn('paper.not-written', { code: errorCode(error) })
      return notWritten(errorCode(error))
    }
  }

  const answers: Answers = {
    'paper.preview': async ({ job, from }) => {
      const all = await laidOut(job)
      if (!all.ok) return all
      const { pages, missing } = all.value
      return ok({ pages: pages.slice(from, from + PREVIEW_PAGES), total: pages.length, missing })
    },
    'paper.print': ({ job }) =>
      oneDialog(async () => {
        const all = await laidOut(job)
        if (!all.ok) return all
        const { printDocument } = await press()
        const [first] = all.value.pages
        try {
          const isPrinted =
            first !== undefined && (await ports.printer.print(printDocument(all.value.pages), first))
          log.info('paper.printed', { kind: job.kind, pages: all.value.pages.length, isPrinted })
          return ok({ isPrinted })
        } catch (error) {
          log.error('paper.not-printed', { error: String(error) })
          return failed('internal', 'The system could not print.', true)
        }
      }),
    'paper.save': (question) => oneDialog(() => save(question)),
    'paper.send': async ({ job }) => {
      const printer = ports.settings.labelPrinter()
      if (printer === null) return ok({ end: 'no-printer' })
      if (!isOnRoll(job)) return notOnRoll()
      const all = await laidOut(job)
      if (!all.ok) return all
      const end = await ports.send(printer, zplOf(all.value.pages))
      log.info('paper.sent', { pages: all.value.pages.length, end })
      return ok({ end })
    },
    'paper.printer': async () => ok({ printer: ports.settings.labelPrinter() }),
    'paper.keep-printer': async ({ printer }) => {
      try {
        await ports.settings.keepLabelPrinter(printer)
        return ok({})
      } catch (error) {
        log.error('settings.not-kept', { error: String(error) })
        return notWritten(errorCode(error))
      }
    },
    'paper.state': async () => ok(state),
    'table.export': (question) => oneTable(() => tables.write(question)),
    'table.stop': async () => {
      tables.stop()
      return ok({})
    },
    'import.choose': ({ warehouseId }) => oneDialog(() => desk.choose(warehouseId)),
    'import.go': () => desk.go(),
    'import.stop': async () => {
      desk.stop()
      return ok({})
    },
    'import.forget': async () => {
      await desk.forget()
      return ok({})
    },
    'import.save-errors': ({ headings, words }) =>
      oneDialog(async (): Promise<Reply<Answer<'import.save-errors'>>> => {
        const check = desk.check()
        if (check === null) return failed('not-ready', 'No file was checked.')
        const file = await dialogs.save(fileName('Lines to mend', now(), 'csv'), 'table')
        if (file === null) return ok({ file: null })
        const { line, column, value, problem } = headings
        const rows = check.errors.map((error) => [
          error.line,
          error.column,
          error.value,
          words[error.problem],
        ])
        return written(file, BYTE_ORDER_MARK + csvLines([[line, column, value, problem], ...rows]))
      }),
  }

  return { answer: (channel, question) => answers[channel](question), close: () => desk.close() }
}

/** Names of files and documents. */
const titles: Record<PaperJob['kind'], string> = {
  'product-labels': 'Product labels',
  'bin-labels': 'Bin labels',
  'pick-list': 'Pick list',
}

/** Label printers print one label after another: sheets and pick lists are for the others. */
function isOnRoll(job: PaperJob): boolean {
  if (job.kind === 'pick-list') return false
  const { columns, rows } = labelPapers[job.size]
  return columns * rows === 1
}

const notOnRoll = (): Reply<never> => failed('bad-request', 'A label printer takes labels on a roll only.')

import { readCsv, type CsvReader } from './csv.ts'
import { recognise, type FileKind, type Mapping } from './files.ts'
import { LineReport, type ImportPlan } from './plan.ts'
import { ImportProblem } from './problem.ts'
import { readRetailLine, type RetailLine } from './retail-lines.ts'
import { planRetail } from './retail-plan.ts'
import { StockPlanner } from './stock-plan.ts'

export interface ReadFile {
  kind: FileKind['kind']
  mapping: Mapping
  plan: ImportPlan
  report: LineReport
}

export interface ReadOptions {
  warehouseCode: string
  /** `YYYY-MM-DD`; older orders are left out. */
  ordersSince: string | null
  progress: (at: { read: number; total: number; lines: number }) => void
}

/** Reads a file of either kind into a plan, without touching any server. Rejects with ImportProblem when it is no such file. */
export async function readImportFile(path: string, options: ReadOptions): Promise<ReadFile> {
  let finish: (() => ReadFile) | null = null
  await readCsv(path, () => {
    const reader = new FileReader(options)
    finish = () => reader.finish(path)
    return reader
  })
  if (finish === null) throw new ImportProblem(`${path} is empty.`, null, 'empty')
  return (finish as () => ReadFile)()
}

class FileReader implements CsvReader {
  readonly #options: ReadOptions
  readonly #report = new LineReport()
  readonly #retail: RetailLine[] = []
  #width = 0
  #kind: FileKind | null = null
  #stock: StockPlanner | null = null
  #progress = (): { read: number; total: number } => ({ read: 0, total: 0 })

  constructor(options: ReadOptions) {
    this.#options = options
  }

  header(reading: Parameters<CsvReader['header']>[0]): void {
    this.#kind = recognise(reading.header)
    this.#width = reading.header.length
    this.#progress = reading.progress
    if (this.#kind.kind === 'stock') {
      this.#stock = new StockPlanner(this.#kind.field, this.#report, this.#options.warehouseCode)
    }
  }

  record({ line, fields }: Parameters<CsvReader['record']>[0]): boolean {
    this.#report.lines += 1
    if (this.#report.lines % 20_000 === 0) {
      this.#options.progress({ ...this.#progress(), lines: this.#report.lines })
    }
    if (fields.length === this.#width) this.#take(line, fields)
    else this.#report.skip({ problem: 'field-count', column: null, value: String(fields.length) }, line)
    return true
  }

  #take(line: number, fields: readonly string[]): void {
    if (this.#kind?.kind !== 'retail') {
      this.#stock?.add(line, fields)
      return
    }
    const read = readRetailLine(line, fields, this.#kind.field)
    if ('problem' in read) {
      this.#report.skip(read, line)
      return
    }
    this.#report.take(read.kind)
    this.#retail.push(read)
  }

  finish(path: string): ReadFile {
    if (this.#kind === null) throw new ImportProblem(`${path} is empty.`, null, 'empty')
    const { kind, mapping } = this.#kind
    const plan = this.#stock?.plan ?? planRetail(this.#retail, this.#options)
    return { kind, mapping, plan, report: this.#report }
  }
}

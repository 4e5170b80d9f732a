import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { ImportProblem } from '../src/main/import/problem.ts'
import { describeBooked, describeFile, problemWords } from './import/report.ts'
import { readImportFile, type ReadFile } from '../src/main/import/read-file.ts'
import { send, type Site } from './import/send.ts'
import { openTarget, type TargetOptions } from './import/target.ts'

/*
 * npm run import: reads a file, says what it found, and after a yes books it on the server: all of it or nothing.
 */

const USAGE = `Usage: npm run import -- FILE [options]

FILE is a CSV file, plain or .gz. Two kinds are known by their first line, columns in any order:
  products with stock   sku, name, category, unit, reorder_point, barcode, bin, quantity
                        (sku and name are required; one line per bin; whole base units)
  retail invoice lines  InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country
                        (the first two, Quantity and InvoiceDate are required; C… are cancellations)

  --warehouse CODE      the warehouse to import into; made when there is none (default MAIN)
  --dry-run             only read the file and report
  --yes                 do not ask before importing
  --report FILE         write every skipped line with its reason to FILE, as CSV
  --orders-since DATE   leave out older orders (YYYY-MM-DD); their movements are kept
  --time-zone ZONE      of a new warehouse, such as Europe/London (default: that for invoice lines, UTC for products)
  --url URL --service-key KEY   the project to import into (or SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY)
  --database-url URL    a Postgres database to import into
Without any of these three it goes to the embedded backend of "npm start".
`

interface CommandLine {
  file: string
  warehouse: string
  isDryRun: boolean
  isSure: boolean
  reportFile: string | undefined
  ordersSince: string | null
  timeZone: string | undefined
  target: TargetOptions
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const line = readCommandLine(process.argv.slice(2))
  if (line === 'help') {
    say(USAGE)
    return
  }
  const read = await readImportFile(line.file, {
    warehouseCode: line.warehouse,
    ordersSince: line.ordersSince,
    progress: ({ read: bytes, total, lines }) =>
      progress(`Reading: ${lines.toLocaleString('en')} lines, ${Math.round((100 * bytes) / total)} %`),
  })
  progress(null)
  for (const text of describeFile(read)) say(text)
  if (line.reportFile !== undefined) writeSkipped(line.reportFile, read)
  if (read.plan.products.length === 0) throw new ImportProblem('There is nothing in this file to import.')
  if (line.isDryRun) {
    say('Dry run: nothing was imported.')
    return
  }
  if (!line.isSure && !(await isConfirmed(line.warehouse))) {
    say('Nothing was imported.')
    return
  }
  await book(line, read)
}

async function book(line: CommandLine, read: ReadFile): Promise<void> {
  const timeZone = line.timeZone ?? (read.kind === 'retail' ? 'Europe/London' : 'UTC')
  const site: Site = { code: line.warehouse, name: `Warehouse ${line.warehouse}`, time_zone: timeZone }
  const target = await openTarget(line.target)
  const from = performance.now()
  try {
    say(`Importing into ${target.name}.`)
    const booked = await send(target, read.plan, site, (at) =>
      progress(
        at === 'booking'
          ? 'Booking everything in one transaction …'
          : `Sending: ${at.staged.toLocaleString('en')} of ${at.total.toLocaleString('en')} rows`,
      ),
    )
    progress(null)
    say(`Imported into warehouse ${line.warehouse} in ${((performance.now() - from) / 1000).toFixed(1)} s:`)
    for (const text of describeBooked(booked, read.plan)) say(text)
  } finally {
    await target.close()
  }
}

/** One line that is written over, on a terminal only; null wipes it. */
function progress(text: string | null): void {
  if (!process.stderr.isTTY) return
  process.stderr.write(`\r\u001b[K${text ?? ''}`)
}

async function isConfirmed(warehouse: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new ImportProblem(
      'Nobody is there to ask. Add --yes to import, or --dry-run to only read the file.',
    )
  }
  const questions = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^y(es)?$/i.test(
      (await questions.question(`Import this into warehouse ${warehouse}? [y/N] `)).trim(),
    )
  } finally {
    questions.close()
  }
}

function writeSkipped(path: string, { report }: ReadFile): void {
  const rows = [...report.skipped].flatMap(([why, lines]) =>
    lines.map((line) => [line, problemWords[why]] as const),
  )
  rows.sort(([a], [b]) => a - b)
  writeFileSync(
    path,
    ['line,reason', ...rows.map(([line, why]) => `${line},"${why.replaceAll('"', '""')}"`), ''].join('\n'),
  )
}

function readCommandLine(args: string[]): CommandLine | 'help' {
  const { values, positionals } = parse(args)
  if (values.help) return 'help'
  const [file, ...more] = positionals
  if (file === undefined) throw new ImportProblem(`Which file?\n\n${USAGE}`)
  if (more.length > 0) throw new ImportProblem(`One file at a time: ${more.join(' ')} is too much.`)
  const since = values['orders-since']
  if (since !== undefined && !/^\d{4}-\d\d-\d\d$/.test(since)) {
    throw new ImportProblem(`--orders-since takes a date such as 2011-06-01, not "${since}".`)
  }
  const warehouse = values.warehouse ?? 'MAIN'
  if (!/^\S{1,20}$/.test(warehouse))
    throw new ImportProblem('--warehouse takes a code of 1 to 20 characters without spaces.')
  return {
    file,
    warehouse,
    isDryRun: values['dry-run'] ?? false,
    isSure: values.yes ?? false,
    reportFile: values.report,
    ordersSince: since ?? null,
    timeZone: values['time-zone'],
    target: { url: values.url, serviceKey: values['service-key'], databaseUrl: values['database-url'] },
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        warehouse: { type: 'string' },
        'dry-run': { type: 'boolean' },
        yes: { type: 'boolean' },
        report: { type: 'string' },
        'orders-since': { type: 'string' },
        'time-zone': { type: 'string' },
        url: { type: 'string' },
        'service-key': { type: 'string' },
        'database-url': { type: 'string' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new ImportProblem(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`, error)
  }
}

main().catch((error: unknown) => {
  progress(null)
  const text =
    error instanceof ImportProblem ? error.message : error instanceof Error ? error.stack : String(error)
  process.stderr.write(`${text ?? 'The import failed.'}\n`)
  process.exitCode = 1
})

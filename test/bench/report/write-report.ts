import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { projectFolder } from '../../../scripts/launch/folders.ts'
import { drawStations } from '../stations/write-page.ts'
import { BenchResults } from '../suite/results.ts'
import { chartsOf } from './charts.ts'
import { report } from './markdown.ts'

const BEGIN = '<!-- figures: made by `npm run bench -- --record`, do not edit -->'
const END = '<!-- end of figures -->'

const folder = join(projectFolder, 'docs', 'performance')
export const recordFile = join(folder, 'bench.json')
export const pageFile = join(projectFolder, 'docs', 'performance.md')

const tidy = async (text: string, file: string): Promise<string> =>
  format(text, { ...(await resolveConfig(file)), filepath: file })

export const readRecord = async (): Promise<BenchResults> =>
  BenchResults.parse(JSON.parse(await readFile(recordFile, 'utf8')))

/** The page with its generated part made anew; what people wrote around it stays. */
export async function pageWith(results: BenchResults, page: string): Promise<string> {
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${pageFile} has no place for figures.`)
  const made = report(results, chartsOf(results.figures))
  return await tidy([before.trimEnd(), '', BEGIN, '', made, '', END, after].join('\n'), pageFile)
}

/** Makes tables and charts of what is on record. */
export async function drawRecord(): Promise<void> {
  const results = await readRecord()
  for (const { name, svg } of chartsOf(results.figures)) await writeFile(join(folder, `${name}.svg`), svg)
  await writeFile(pageFile, await pageWith(results, await readFile(pageFile, 'utf8')))
  await drawStations(results.figures)
}

/** Puts these figures on record, and the page with them. */
export async function record(results: BenchResults): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(recordFile, await tidy(JSON.stringify(results), recordFile))
  await drawRecord()
}

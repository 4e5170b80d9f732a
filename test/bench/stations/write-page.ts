import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { projectFolder } from '../../../scripts/launch/folders.ts'
import type { Figure } from '../suite/results.ts'
import { stationsChart, stationsReport } from './report.ts'

const BEGIN = '<!-- figures: made by `npm run bench -- --record`, do not edit -->'
const END = '<!-- end of figures -->'
const page = join(projectFolder, 'docs', 'stations.md')
const folder = join(projectFolder, 'docs', 'stations')

/** Makes docs/stations.md and its chart anew from figures on record; what people wrote around the figures stays. */
export async function drawStations(figures: readonly Figure[]): Promise<void> {
  const chart = stationsChart(figures)
  if (chart === null) return
  const [before, rest] = (await readFile(page, 'utf8')).split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${page} has no place for figures.`)
  const text = [before.trimEnd(), '', BEGIN, '', stationsReport(figures), '', END, after].join('\n')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'limits.svg'), chart)
  await writeFile(page, await format(text, { ...(await resolveConfig(page)), filepath: page }))
}

import { contenderNames } from '../suite/measure.ts'
import type { BenchResults, Figure } from '../suite/results.ts'
import { cell, ratioInWords, rowsOf, type Row } from '../suite/table.ts'
import type { Drawing } from './charts.ts'
import { goals } from './goals.ts'

/*
 * The generated part of docs/performance.md.
 */

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((text) => text.replace(/\|/g, '\\|')).join(' | ')} |`)
    .join('\n')

const number = (value: number): string => value.toLocaleString('en')

/** Each goal with what was seen: met, or how far away. */
export function goalsTable(figures: readonly Figure[]): string {
  const rows = goals.map(({ what, wanted, judge }) => {
    const judged = judge(figures)
    if (!judged) return [what, wanted, 'not measured in this run', '']
    const verdict =
      judged.verdict === 'met' ? '**met**' : `**missed**, ${ratioInWords(judged.share)} times off`
    return [what, wanted, judged.seen, verdict]
  })
  return table(['measure', 'goal', 'seen', 'verdict'], rows)
}

/** Contenders have a column each only where they have a figure. */
function scenarioTable(rows: readonly Row[]): string {
  const columns = contenderNames.filter((who) => rows.some(({ by }) => by[who]))
  const head = ['what', 'rows', ...columns.map((who) => (who === 'limit' ? 'the limit' : who))]
  return table(
    head,
    rows.map((row) => [
      row.what,
      number(row.rows),
      ...columns.map((who) => (row.by[who] ? cell(row, who) : '–')),
    ]),
  )
}

function leftOut({ leftOut: all }: BenchResults, name: string): string {
  const reasons = new Map<string, string[]>()
  for (const { scenario, who, rows, because } of all) {
    if (scenario !== name) continue
    const key = `${who}: ${because}`
    reasons.set(key, [...(reasons.get(key) ?? []), number(rows)])
  }
  const lines = [...reasons].map(([reason, sizes]) => `- ${reason} (${sizes.join('; ')} rows)`)
  return lines.length > 0 ? `\nLeft out:\n\n${lines.join('\n')}\n` : ''
}

export function report(results: BenchResults, charts: readonly Drawing[]): string {
  const { machine, versions, figures, scenarios, pace, on, tookSeconds } = results
  const { cores, model, memoryGb, platform, node, load } = machine
  const others = Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
  return [
    `Seen on ${on}, ${pace === 'quick' ? 'in the quick form, ' : ''}in ${Math.ceil(tookSeconds / 60)} minutes, on ${cores} cores of ${model}`,
    `with ${memoryGb} GB, ${platform}, Node ${node}; load average ${load.before} before and ${load.after} after. ${others}.`,
    '`(x2.00)` beside a figure says that ours is twice as good, `(x0.50)` that it is half as good.',
    '',
    '### Goals',
    '',
    goalsTable(figures),
    '',
    ...charts.flatMap(({ name, about }) => [`![${about}](performance/${name}.svg)`, '']),
    ...scenarios.flatMap(({ name, about, failed }) => [
      `### ${name}`,
      '',
      about,
      '',
      ...(failed === null ? [] : [`**It failed:** ${failed}`, '']),
      ...(figures.some(({ scenario }) => scenario === name)
        ? [scenarioTable(rowsOf(figures.filter(({ scenario }) => scenario === name))), '']
        : []),
      leftOut(results, name),
    ]),
  ].join('\n')
}

import type { DurabilityReport } from '../../test/durability/run.ts'
import { isWhole } from '../../test/durability/tally.ts'

const MOST_SHOWN = 20
const column = 12

/** What came of it, for a person. */
export function tableOf(report: DurabilityReport, seed: number): string[] {
  const { tally, kills, faults, damages, seconds, folder } = report
  const line = (count: number, words: string): string => `${String(count).padStart(column)}  ${words}`
  const counted = (what: ReadonlyMap<string, number>): string[] =>
    [...what].sort(([, left], [, right]) => right - left).map(([name, count]) => line(count, name))
  const { lost, appliedTwice, wrong } = tally
  return [
    '',
    'On the way there:',
    line(kills, 'times killed with SIGKILL'),
    ...counted(faults),
    ...counted(damages),
    '',
    'Commands:',
    line(tally.asked, 'asked for'),
    line(tally.receipted, 'receipted'),
    line(tally.applied, "  in the server's ledger"),
    line(tally.inOutbox, '  still in the outbox'),
    line(tally.refused, '  refused, on the desk'),
    line(tally.takenBack, '  taken back before they were sent'),
    line(lost.length, 'lost'),
    line(appliedTwice.length, 'applied twice, or otherwise than asked'),
    line(tally.withoutReceipt, 'done without a receipt: killed between disk and answer'),
    line(wrong.length, 'other contradictions'),
    ...[...lost, ...appliedTwice, ...wrong].slice(0, MOST_SHOWN).map((words) => `  ${words}`),
    '',
    ...(folder === null ? [] : [`What the console had on its disk is in ${folder}`]),
    `${isWhole(tally) ? 'passed' : 'FAILED'} after ${seconds.toFixed(0)} s, seed ${seed}`,
  ]
}

import type { LinkMove } from '#shared/protocol/diagnostics.ts'
import { nameOf } from './judge.ts'
import type { MirrorReport, Report, ServerReport } from './report.ts'
import { duration, moment, size } from './words.ts'

const SHOWN_MOVES = 8

/** The report in words, ending with the verdict. Times are UTC. */
export function inWords(report: Report): string {
  const lines = [
    `Smart Shelf Console ${report.version}, examined ${moment(report.at)} UTC on ${report.runtime}`,
    fact('Data folder', report.folder),
    ...(report.server ? serverLines(report.server) : [fact('Server', 'none is set')]),
    ...report.mirrors.flatMap(mirrorLines),
    '',
    ...report.notes.map((note) => `Note: ${note}`),
    ...verdict(report),
  ]
  return `${lines.join('\n')}\n`
}

const spent = (ms: number): string => (ms < 1_000 ? 'never' : duration(ms))

const fact = (name: string, value: string): string => `  ${name.padEnd(16)} ${value}`

export function verdict({ problems }: Pick<Report, 'problems'>): string[] {
  if (problems.length === 0) return ['Healthy.']
  return [
    `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} found:`,
    ...problems.flatMap(({ problem, advice }, n) => [`${n + 1}. ${problem}`, `   ${advice}`]),
  ]
}

function serverLines({ url, from, answer }: ServerReport): string[] {
  const source = {
    environment: 'environment',
    settings: 'settings',
    mirror: 'the mirror',
    'embedded-backend': 'embedded backend',
  }[from]
  return [fact('Server', `${url} (from ${source})`), fact('', answerInWords(answer))]
}

function answerInWords(answer: ServerReport['answer']): string {
  switch (answer.kind) {
    case 'no-key':
      return 'not asked: its key is not known here'
    case 'failed':
      return `does not answer as it should: ${answer.because}`
    case 'answers': {
      const { clockOffsetMs: offset } = answer
      // The answer tells whole seconds.
      const clock =
        offset === null
          ? 'it does not tell its time'
          : Math.abs(offset) < 2_000
            ? 'clocks agree'
            : `this machine's clock is ${duration(Math.abs(offset))} ${offset > 0 ? 'ahead' : 'behind'}`
      return `answers in ${answer.latencyMs} ms; ${clock}`
    }
  }
}

function mirrorLines(mirror: MirrorReport): string[] {
  const head = [
    '',
    `${nameOf(mirror)}${mirror.owner === null ? '' : `, user ${mirror.owner}`}`,
    fact('File', mirror.file),
  ]
  const use = fact('In use', mirror.inUse ? 'yes, a console has it open' : 'no')
  if (mirror.trouble !== null)
    return [...head, use, fact('Trouble', `${mirror.trouble}: ${mirror.detail ?? ''}`)]
  const { times } = mirror
  return [
    ...head,
    use,
    fact('Of server', mirror.server ?? 'not known'),
    fact('Complete as of', mirror.asOf === null ? 'never' : `${moment(mirror.asOf)} UTC`),
    fact(
      'Size',
      `${size(mirror.fileBytes)}, write-ahead log ${size(mirror.logBytes)}, schema ${mirror.schemaVersion ?? '?'}`,
    ),
    fact('Integrity', integrityInWords(mirror)),
    fact('Unreadable rows', String(mirror.unreadableRows)),
    fact(
      'Last 24 hours',
      `live ${spent(times.live)}, polling ${spent(times.degraded)}, offline ${spent(times.offline)}, not running or not known ${spent(times.unknown)}`,
    ),
    fact('', `deaf ${mirror.misses} times, ${mirror.rowsRepaired} rows repaired`),
    ...mirror.scopes.flatMap(scopeLines),
    ...(mirror.comparison ?? []).map(({ scope, outcome, cursor, head: at, differing }) =>
      fact(
        'Compared now',
        `${scope}: ${outcome} (${cursor} here, ${at ?? '?'} there${differing.length > 0 ? `; ${differing.length} buckets differ` : ''})`,
      ),
    ),
    ...moveLines(mirror.history, mirror.inUse),
  ]
}

function integrityInWords({ integrity, lastCheck }: MirrorReport): string {
  const last =
    lastCheck === null
      ? 'the console has not checked it yet'
      : `the console's last check: ${lastCheck.sound ? 'sound' : 'unsound'}, ${moment(lastCheck.at)} UTC`
  return `${integrity?.sound === true ? 'sound' : 'unsound'} (${last})`
}

function scopeLines({ scope, cursor, head, headAt, lag, proof }: MirrorReport['scopes'][number]): string[] {
  const heard =
    head === null || headAt === null ? 'head not heard of' : `head ${head}, heard ${moment(headAt)} UTC`
  const compared =
    proof === null
      ? 'never compared with the server'
      : `${proof.outcome} ${moment(proof.at)} UTC (${proof.compared} buckets compared, ${proof.changing} changing, ${proof.differing} differing)`
  return [
    fact('Scope', `${scope}: at ${cursor}, ${heard}${lag === null || lag === 0 ? '' : `, ${lag} behind`}`),
    fact('', compared),
  ]
}

function moveLines(history: readonly LinkMove[], inUse: boolean): string[] {
  return history.slice(0, SHOWN_MOVES).map((move, n) => {
    const until = history[n - 1]?.at
    const lasted = until === undefined ? (inUse ? 'until now' : '') : `for ${duration(until - move.at)}`
    const because = move.because === null ? '' : `, ${move.because}`
    return fact(
      n === 0 ? 'Link, newest first' : '',
      `${moment(move.at)}  ${move.from} -> ${move.to} ${lasted} (${move.by}${because})`,
    )
  })
}

import { MINUTE_MS } from '#shared/lib/time.ts'
import type { Millis } from '#shared/lib/time.ts'
import { judgeServer } from './judge-server.ts'
import type { Judgement, MirrorReport, Report } from './report.ts'
import { duration, size } from './words.ts'

/* What of the facts is a trouble, and what to do about it. */

/** Behind for a moment is how it works; behind for longer is not. */
const BEHIND_FOR_MS = 5 * MINUTE_MS
const LOG_TOO_LONG_BYTES = 256 * 1024 * 1024
const MANY_MISSES = 3
/** A console that was up this long in a day has had occasion to prove itself. */
const UP_ENOUGH_MS = 60 * MINUTE_MS
const PROVED_WITHIN_MS = 24 * 60 * MINUTE_MS

export function judge(facts: Omit<Report, 'problems' | 'notes'>): Judgement {
  const judgement: Judgement = { problems: [], notes: [] }
  const now = Date.parse(facts.at)
  if (facts.server) judgeServer(facts.server, judgement)
  else judgement.notes.push('No server is set: a console that was never told one waits for it.')
  if (facts.mirrors.length === 0) judgement.notes.push('There is no mirror yet: nobody has signed in here.')
  for (const mirror of facts.mirrors) judgeMirror(mirror, now, judgement)
  return judgement
}

function judgeMirror(mirror: MirrorReport, now: Millis, judgement: Judgement): void {
  const { problems, notes } = judgement
  const name = nameOf(mirror)
  const found = (problem: string, advice: string): void => void problems.push({ problem, advice })

  if (mirror.trouble === 'damaged')
    found(
      `${name} is damaged${mirror.detail === null ? '' : ` (${mirror.detail})`}.`,
      mirror.inUse
        ? 'Restart the console: it sets the file aside and pulls everything again. If it happens twice, check the disk.'
        : 'Start the console: it sets the file aside and pulls everything again. If it happens twice, check the disk.',
    )
  if (mirror.trouble === 'from-newer-version')
    found(`${name} was written by a newer version.`, 'Install that version again, or a newer one.')
  if (mirror.trouble === 'unreadable')
    found(
      `${name} could not be read (${mirror.detail ?? 'no reason given'}).`,
      'Check the rights of the file and the disk.',
    )
  if (mirror.distrusted && mirror.trouble === null)
    found(
      `${name} was found damaged in use.`,
      'Restart the console: it sets the file aside and pulls everything again.',
    )
  if (mirror.trouble !== null) return

  judgeScopes(mirror, name, now, judgement)
  judgeLink(mirror, name, now, judgement)
  judgeComparison(mirror, name, judgement)
  if (mirror.unreadableRows > 0)
    found(
      `${name} has ${mirror.unreadableRows} rows that this version cannot read.`,
      'Update the console: the server is newer than it.',
    )
  if (mirror.logBytes > LOG_TOO_LONG_BYTES)
    found(
      `The write-ahead log of ${name} has grown to ${size(mirror.logBytes)}.`,
      'Something keeps reading the file: close other programs that have it open, and restart the console.',
    )
  if (mirror.rowsRepaired > 0)
    notes.push(
      `${name}: ${mirror.rowsRepaired} rows differed from the server in the last 24 hours and were put right.`,
    )
}

function judgeScopes(mirror: MirrorReport, name: string, now: Millis, { problems }: Judgement): void {
  const upMs = mirror.times.live + mirror.times.degraded
  for (const { scope, proof, lag, head, cursor } of mirror.scopes) {
    if (proof?.outcome === 'differs')
      problems.push({
        problem: `${name}: ${scope} differs from the server in ${proof.differing} buckets, and could not be put right.`,
        advice:
          'Leave the console online: it tries again by itself. If this stays, close it and delete the mirror file.',
      })
    const proved = mirror.proofs.some(
      (each) => each.scope === scope && each.outcome !== 'unproven' && each.at >= now - PROVED_WITHIN_MS,
    )
    if (!proved && upMs >= UP_ENOUGH_MS)
      problems.push({
        problem: `${name}: ${scope} was not compared with the server in the last 24 hours, although the console was online.`,
        advice:
          'Look into the log for "mirror.unproven". A server without the newest migrations cannot answer.',
      })
    const since = mirror.history[0]?.at ?? now
    if (mirror.inUse && lag !== null && lag > 0 && isUp(mirror) && now - since > BEHIND_FOR_MS)
      problems.push({
        problem: `${name}: ${scope} is at ${cursor}, the server at ${head ?? '?'}.`,
        advice: 'Press "Try now" in the console. If it stays behind, look into the log for "mirror.refused".',
      })
  }
}

const isUp = ({ history }: MirrorReport): boolean =>
  history[0]?.to === 'live' || history[0]?.to === 'degraded'

function judgeLink(mirror: MirrorReport, name: string, now: Millis, { problems, notes }: Judgement): void {
  const [last] = mirror.history
  if (mirror.misses >= MANY_MISSES)
    problems.push({
      problem: `${name}: the live connection was open and silent ${mirror.misses} times in the last 24 hours.`,
      advice:
        'A proxy may hold websocket messages back, or the plan’s message limit is reached: see the project’s realtime reports.',
    })
  if (!mirror.inUse || !last) return
  const since = duration(now - last.at)
  switch (last.to) {
    case 'degraded':
      notes.push(
        `${name}: no live connection for ${since} (${last.because ?? 'no reason given'}); it polls instead.`,
      )
      return
    case 'signed-out':
      problems.push({ problem: `${name}: signed out for ${since}.`, advice: 'Sign in at the console.' })
      return
    case 'incompatible':
      problems.push({
        problem: `${name}: this version and the server do not fit together (${last.because ?? 'no reason given'}).`,
        advice:
          last.because === 'server-newer'
            ? 'Update the console.'
            : 'Run the newest migrations on the server.',
      })
      return
    case 'waiting':
    case 'offline':
      problems.push({
        problem: `${name}: offline for ${since} (${last.because ?? 'no reason given'}).`,
        advice:
          last.because === 'disk'
            ? 'The disk does not take what is pulled: make room, and check its rights.'
            : 'Check the network. The console comes back by itself.',
      })
      return
    default:
  }
}

function judgeComparison(
  { comparison, inUse }: MirrorReport,
  name: string,
  { problems, notes }: Judgement,
): void {
  for (const { scope, outcome, cursor, head, differing } of comparison ?? []) {
    if (outcome === 'differs')
      problems.push({
        problem: `${name}: ${scope} differs from the server now, in ${differing.slice(0, 5).join(', ')}${differing.length > 5 ? ', …' : ''}.`,
        advice:
          'Start the console and leave it online for half an hour: it finds and repairs this by itself.',
      })
    if (outcome === 'behind' || outcome === 'other-epoch') {
      const text = `${name}: ${scope} is at ${cursor}, the server at ${head ?? '?'}${outcome === 'other-epoch' ? ', of another epoch' : ''}.`
      if (inUse) problems.push({ problem: text, advice: 'Press "Try now" in the console.' })
      else notes.push(`${text} The console catches up when it is started.`)
    }
    if (outcome === 'no-answer') notes.push(`${name}: the server gave no digest of ${scope}.`)
  }
}

/** A short name for one of several mirrors, e.g. "Mirror 3f2a9c". */
export const nameOf = ({ file }: Pick<MirrorReport, 'file'>): string =>
  `Mirror ${/mirror-([0-9a-f]{6})/.exec(file)?.[1] ?? file}`

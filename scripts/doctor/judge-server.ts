import { MINUTE_MS } from '#shared/lib/time.ts'
import type { Finding, Judgement, ServerReport } from './report.ts'
import { duration } from './words.ts'

/** Tokens are judged by time, and people by what they read: a clock that is off by more is a trouble of its own. */
const CLOCK_OFF_MS = 5 * MINUTE_MS

/** What the server's answer to a knock says. */
export function judgeServer({ url, answer }: ServerReport, { problems, notes }: Judgement): void {
  switch (answer.kind) {
    case 'no-key':
      notes.push(`The server ${url} was not asked: its key is in neither the settings nor the environment.`)
      return
    case 'failed':
      problems.push(unreachable(url, answer.because, answer.detail))
      return
    case 'answers': {
      const { clockOffsetMs } = answer
      if (clockOffsetMs === null || Math.abs(clockOffsetMs) < CLOCK_OFF_MS) return
      const way = clockOffsetMs > 0 ? 'ahead of' : 'behind'
      problems.push({
        problem: `This machine's clock is ${duration(Math.abs(clockOffsetMs))} ${way} the server's.`,
        advice: 'Set the clock, or let the system set it from the network.',
      })
    }
  }
}

function unreachable(url: string, because: string, detail: string): Finding {
  switch (because) {
    case 'wrong-key':
      return {
        problem: `The server ${url} does not accept this console's key.`,
        advice: 'Enter the server again in the console, with the anon key of the project.',
      }
    case 'not-supabase':
      return {
        problem: `What answers at ${url} is no Smart Shelf server (${detail}).`,
        advice: 'Check the address. A sign-in page of the network in between looks like this as well.',
      }
    default:
      return {
        problem: `The server ${url} does not answer (${because}: ${detail}).`,
        advice:
          'Check the network, the proxy and whether the server runs. The console works on and comes back by itself.',
      }
  }
}

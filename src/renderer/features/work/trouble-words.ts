import { unreachable } from '#shared/lib/must.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { SendTrouble } from '#shared/protocol/work.ts'
import { formatMinute } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'

/** Why it is not sent yet, and what happens next: "No answer; tried 3 times, next try at 14:05". */
export function troubleWords(trouble: SendTrouble, now: Millis): string {
  const tried = trouble.attempts > 0 ? [t('trouble.tried', { count: trouble.attempts })] : []
  return `${t(`trouble.${trouble.because}`)}; ${[...tried, nextWords(trouble, now)].join(', ')}`
}

function nextWords({ because, nextAt }: SendTrouble, now: Millis): string {
  if (nextAt !== null)
    return nextAt > now ? t('trouble.next-at', { at: formatMinute(nextAt, now) }) : t('trouble.next-now')
  switch (because) {
    case 'signed-out':
    case 'wrong-key':
      return t('trouble.waits.person')
    case 'disk':
      return t('trouble.waits.disk')
    case 'no-network':
    case 'no-answer':
    case 'server-error':
    case 'not-supabase':
    case 'rate-limited':
      return t('trouble.waits.network')
    default:
      return unreachable(because)
  }
}

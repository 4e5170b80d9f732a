import { z } from 'zod'
import { RefusalCode } from '#shared/domain/commands.ts'
import type { AlertListRow, ExceptionRow } from '#shared/protocol/alerts.ts'
import { namesOf } from '../work/names.ts'
import { refusalWords } from '../work/refusal-words.ts'

const Facts = z.record(z.string(), z.unknown())

type Refused = Pick<AlertListRow, 'product' | 'order' | 'facts'> & {
  readonly kind: AlertListRow['kind'] | ExceptionRow['kind']
}

/** Why work was refused, where this is about refused work and says why. Handed over, the reason lies within. */
export function whyRefused({ kind, product, order, facts }: Refused): string | null {
  if (kind !== 'refused' && kind !== 'refused_work') return null
  const code = RefusalCode.safeParse(facts['code'])
  if (!code.success) return null
  const within = Facts.safeParse(facts['facts'])
  const about = kind === 'refused' ? facts : within.success ? within.data : {}
  return refusalWords({ code: code.data, facts: about }, namesOf({ product, order }), 'then')
}

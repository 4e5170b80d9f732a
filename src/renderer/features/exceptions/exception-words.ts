import type { ExceptionKind, ExceptionRow } from '#shared/protocol/alerts.ts'
import type { ShapeName, Tone } from '../../components/Shape.tsx'
import { t } from '../../texts/text.ts'
import { alertWords } from '../alerts/alert-words.ts'
import { whyRefused } from '../alerts/why-refused.ts'

/** What happened, in one sentence, from kind and facts. */
export function exceptionWords(row: ExceptionRow): string {
  if (row.kind === 'refused') return whyRefused(row) ?? t('exception.refused')
  return alertWords({ ...row, kind: row.kind, message: null })
}

export const kindLooks: Record<ExceptionKind, { name: ShapeName; tone: Tone }> = {
  refused: { name: 'cross', tone: 'bad' },
  refused_work: { name: 'cross', tone: 'warn' },
  negative_stock: { name: 'triangle', tone: 'bad' },
  short_pick: { name: 'half', tone: 'warn' },
  unknown_code: { name: 'empty', tone: 'warn' },
  count_task: { name: 'dot-in-ring', tone: 'plain' },
}

/** Who met it and where: "Mia Berger, Desk 2". */
export const metWords = ({ raisedBy, station }: Pick<ExceptionRow, 'raisedBy' | 'station'>): string =>
  [raisedBy?.name, station?.name].filter(Boolean).join(', ')

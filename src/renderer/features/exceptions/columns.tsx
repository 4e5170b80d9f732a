import type { ExceptionRow } from '#shared/protocol/alerts.ts'
import { Age } from '../../components/Age.tsx'
import { Shape } from '../../components/Shape.tsx'
import type { Column } from '../../components/table/columns.ts'
import { t } from '../../texts/text.ts'
import { exceptionWords, kindLooks, metWords } from './exception-words.ts'
import indicator from '../../components/StatusIndicator.module.css'
import s from '../alerts/columns.module.css'

/** What kind it is, as shape and word. */
export function KindMark({ kind }: Pick<ExceptionRow, 'kind'>): React.ReactNode {
  return (
    <span className={indicator['indicator']}>
      <Shape {...kindLooks[kind]} />
      <span className={indicator['word']}>{t(`exceptions.kind.${kind}`)}</span>
    </span>
  )
}

/** This station's own unsent work answers it already; or, of refused work, a supervisor has it. */
export function AnsweredMark({ kind }: Pick<ExceptionRow, 'kind'>): React.ReactNode {
  return (
    <span className={indicator['indicator']} data-look="warn">
      <Shape name="check" tone="warn" />
      <span className={indicator['word']}>
        {t(kind === 'refused' ? 'exceptions.handed-over' : 'exceptions.answered')}
      </span>
    </span>
  )
}

export const exceptionColumns: readonly Column<ExceptionRow>[] = [
  {
    id: 'kind',
    header: t('exceptions.column.kind'),
    width: { px: 140 },
    align: 'start',
    cell: (row) => <KindMark kind={row.kind} />,
  },
  {
    id: 'what',
    header: t('exceptions.column.what'),
    width: { share: 3, minPx: 240 },
    align: 'start',
    cell: (row) => {
      const words = exceptionWords(row)
      return (
        <span className={s['what']} title={words}>
          {words}
        </span>
      )
    },
  },
  {
    id: 'where',
    header: t('exceptions.column.where'),
    width: { share: 1.2, minPx: 130 },
    align: 'start',
    hideBelowPx: 860,
    cell: (row) => <span className={s['second']}>{metWords(row)}</span>,
  },
  {
    id: 'next',
    header: t('exceptions.column.next'),
    width: { px: 176 },
    align: 'start',
    hideBelowPx: 620,
    cell: (row) =>
      row.answered ? (
        <AnsweredMark kind={row.kind} />
      ) : (
        <span className={s['second']}>{t(`exception.next.${row.kind}`)}</span>
      ),
  },
  {
    id: 'when',
    header: t('exceptions.column.when'),
    width: { px: 92 },
    align: 'end',
    cell: (row) => <Age at={row.raisedAt} />,
  },
]

import type { AlertListRow } from '#shared/protocol/alerts.ts'
import { Age } from '../../components/Age.tsx'
import type { Column } from '../../components/table/columns.ts'
import { t } from '../../texts/text.ts'
import { alertWords } from './alert-words.ts'
import { SeverityMark } from './SeverityMark.tsx'
import s from './columns.module.css'

const severity: Column<AlertListRow> = {
  id: 'severity',
  header: t('alerts.column.severity'),
  width: { px: 116 },
  align: 'start',
  cell: (row) => <SeverityMark severity={row.severity} />,
}

const what: Column<AlertListRow> = {
  id: 'what',
  header: t('alerts.column.what'),
  width: { share: 3, minPx: 240 },
  align: 'start',
  cell: (row) => {
    const words = alertWords(row)
    return (
      <span className={s['what']} title={words}>
        {words}
      </span>
    )
  },
}

const about: Column<AlertListRow> = {
  id: 'about',
  header: t('alerts.column.about'),
  width: { share: 2, minPx: 150 },
  align: 'start',
  hideBelowPx: 620,
  cell: (row) => {
    const words = aboutWords(row)
    return (
      <span className={s['second']} title={words}>
        {words}
      </span>
    )
  },
}

const acknowledged: Column<AlertListRow> = {
  id: 'acknowledged',
  header: t('alerts.column.acknowledged'),
  width: { share: 1.2, minPx: 130 },
  align: 'start',
  cell: (row) =>
    row.acknowledged && (
      <span className={s['second']}>
        {row.acknowledged.name}
        {!row.acknowledged.sent && <span className={s['unsent']}> · {t('alert.not-sent')}</span>}
      </span>
    ),
}

const when: Column<AlertListRow> = {
  id: 'when',
  header: t('alerts.column.when'),
  width: { px: 92 },
  align: 'end',
  cell: (row) => (row.raisedAt > 0 ? <Age at={row.raisedAt} /> : '–'),
}

/** What is open: how pressing, what, what it is about, since when. */
export const alertColumns: readonly Column<AlertListRow>[] = [severity, what, about, when]
/** With who has seen to it, where some have. */
export const acknowledgedColumns: readonly Column<AlertListRow>[] = [severity, what, acknowledged, when]
export const messageColumns: readonly Column<AlertListRow>[] = [severity, what, about, acknowledged, when]

/** What it is about beyond its sentence: the product's name, the station, who said it and how many have answered. */
export function aboutWords({ kind, product, station, raisedBy, receipts }: AlertListRow): string {
  if (kind === 'message' || kind === 'drill') {
    const parts = [
      receipts && t('alert.answers', { answered: receipts.answered, stations: receipts.stations }),
      raisedBy && t('alert.from', { name: raisedBy.name }),
    ]
    return parts.filter((part) => part !== null).join(' · ')
  }
  if (product) return product.name
  return kind.startsWith('station') || kind === 'clock_wrong' ? '' : (station?.name ?? '')
}

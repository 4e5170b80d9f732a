import { Moment } from '../../components/Moment.tsx'
import { Unsent } from '../../components/Unsent.tsx'
import { Figure } from '../../components/Figure.tsx'
import type { Column } from '../../components/table/columns.ts'
import { formatDuration, formatSigned } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import s from './columns.module.css'
import { OfflineMark } from './OfflineMark.tsx'
import type { LedgerRow } from './rows.ts'

const happened: Column<LedgerRow> = {
  id: 'happened',
  header: t('ledger.column.happened'),
  width: { px: 116 },
  align: 'start',
  cell: ({ happenedAt, from }) =>
    from === 'opening' ? (
      <span className={s['wide']}>{t('story.opening')}</span>
    ) : (
      happenedAt !== null && <Moment at={happenedAt} />
    ),
}

const received: Column<LedgerRow> = {
  id: 'received',
  header: t('ledger.column.received'),
  width: { share: 0.9, minPx: 136 },
  align: 'start',
  cell: (row) => <Received row={row} />,
}

const MINUTE_MS = 60_000

/** When the server heard of it: only said where that was another time. */
function Received({ row }: { row: LedgerRow }): React.ReactNode {
  const { happenedAt, receivedAt, offlineMs, from } = row
  if (from === 'unsent') return <Unsent amount />
  if (from === 'sent') return <span className={s['second']}>{t('ledger.sent')}</span>
  if (happenedAt === null || receivedAt === null) return null
  if (offlineMs !== null) return <OfflineMark offlineMs={offlineMs} receivedAt={receivedAt} />
  if (happenedAt - receivedAt > MINUTE_MS)
    return (
      <span className={s['warn']}>
        {t('ledger.clock-ahead', { duration: formatDuration(happenedAt - receivedAt, 'short') })}
      </span>
    )
  if (receivedAt - happenedAt > MINUTE_MS) return <span className={s['second']}>{t('ledger.imported')}</span>
  return null
}

const kind: Column<LedgerRow> = {
  id: 'kind',
  header: t('ledger.column.kind'),
  width: { share: 0.6, minPx: 100 },
  align: 'start',
  cell: ({ kind: name, reason }) => (
    <span title={reason ?? undefined}>{name && kindWords(name, reason)}</span>
  ),
}

/** An undo is booked as the opposite of what it takes back. */
function kindWords(name: NonNullable<LedgerRow['kind']>, reason: string | null): string {
  const word = t(`ledger.kind.${name}`)
  return reason === 'undo' ? t('ledger.kind.undone', { kind: word }) : word
}

const product: Column<LedgerRow> = {
  id: 'product',
  header: t('ledger.column.product'),
  width: { share: 1.6, minPx: 160 },
  align: 'start',
  cell: ({ product: known }) =>
    known ? (
      <span className={s['product']} title={known.name}>
        <span className={s['sku']}>{known.sku}</span>
        <span className={s['second']}>{known.name}</span>
      </span>
    ) : (
      t('ledger.unknown-product')
    ),
}

const bin: Column<LedgerRow> = {
  id: 'bin',
  header: t('ledger.column.bin'),
  width: { share: 0.5, minPx: 76 },
  align: 'start',
  cell: (row) => row.bin,
}

const quantity: Column<LedgerRow> = {
  id: 'quantity',
  header: t('ledger.column.quantity'),
  width: { px: 84 },
  align: 'end',
  cell: ({ quantity: added, from }) =>
    from !== 'opening' && (
      <span className={s['quantity']} data-unsent={from === 'unsent' || undefined}>
        {formatSigned(added)}
      </span>
    ),
}

const balance: Column<LedgerRow> = {
  id: 'balance',
  header: t('ledger.column.balance'),
  width: { px: 84 },
  align: 'end',
  cell: (row) =>
    row.balance !== null && (
      <Figure value={row.balance} of={row.id} isStrong isUnsent={row.from === 'unsent'} />
    ),
}

const person: Column<LedgerRow> = {
  id: 'person',
  header: t('ledger.column.person'),
  width: { share: 0.7, minPx: 90 },
  align: 'start',
  cell: (row) => row.person ?? (row.from === 'opening' ? null : '–'),
}

const station = (hideBelowPx: number): Column<LedgerRow> => ({
  id: 'station',
  header: t('ledger.column.station'),
  width: { share: 0.6, minPx: 90 },
  align: 'start',
  hideBelowPx,
  cell: (row) => row.station ?? (row.from === 'opening' ? null : '–'),
})

const document = (hideBelowPx: number): Column<LedgerRow> => ({
  id: 'document',
  header: t('ledger.column.document'),
  width: { share: 0.8, minPx: 110 },
  align: 'start',
  hideBelowPx,
  cell: (row) => row.document ?? (row.from === 'opening' ? null : '–'),
})

export const ledgerColumns: readonly Column<LedgerRow>[] = [
  happened,
  received,
  kind,
  product,
  bin,
  quantity,
  person,
  station(1_020),
  document(900),
]

export const storyColumns: readonly Column<LedgerRow>[] = [
  happened,
  received,
  kind,
  bin,
  quantity,
  balance,
  { ...person, hideBelowPx: 760 },
  station(990),
  document(870),
]

import type { FleetStation } from '#shared/protocol/fleet.ts'
import { Age } from '../../components/Age.tsx'
import { Figure } from '../../components/Figure.tsx'
import { Shape } from '../../components/Shape.tsx'
import type { Column } from '../../components/table/columns.ts'
import { t } from '../../texts/text.ts'
import { PresenceMark, userWord } from './presence.tsx'
import s from './fleet.module.css'

/** Every station of the warehouse: who is there, how it stands, and what it holds that nobody else has. */
export const fleetColumns: readonly Column<FleetStation>[] = [
  {
    id: 'name',
    header: t('fleet.column.name'),
    width: { share: 2, minPx: 140 },
    align: 'start',
    cell: (row) => (
      <span className={s['name']}>
        {row.name}
        {row.isThis && <span className={s['tag']}>{t('fleet.this')}</span>}
      </span>
    ),
  },
  {
    id: 'presence',
    header: t('fleet.column.presence'),
    width: { px: 116 },
    align: 'start',
    cell: (row) => <PresenceMark presence={row.presence} />,
  },
  {
    id: 'seen',
    header: t('fleet.column.seen'),
    width: { px: 84 },
    align: 'end',
    cell: (row) => <SeenAt row={row} />,
  },
  {
    id: 'user',
    header: t('fleet.column.user'),
    width: { share: 1.4, minPx: 100 },
    align: 'start',
    cell: (row) => <span className={row.user ? s['text'] : s['second']}>{userWord(row)}</span>,
  },
  {
    id: 'unsent',
    header: t('fleet.column.unsent'),
    width: { px: 76 },
    align: 'end',
    cell: (row) => <UnsentThere row={row} />,
  },
  {
    id: 'refused',
    header: t('fleet.column.refused'),
    width: { px: 72 },
    align: 'end',
    hideBelowPx: 690,
    cell: (row) =>
      row.refused === 0 ? (
        <Nothing />
      ) : (
        <span className={s['refused']}>
          <Shape name="cross" tone="bad" />
          <Figure value={row.refused} of={row.id} />
        </span>
      ),
  },
  {
    id: 'behind',
    header: t('fleet.column.behind'),
    width: { px: 72 },
    align: 'end',
    hideBelowPx: 862,
    cell: (row) =>
      row.behind === null || row.behind === 0 ? <Nothing /> : <Figure value={row.behind} of={row.id} />,
  },
  {
    id: 'scan',
    header: t('fleet.column.scan'),
    width: { px: 84 },
    align: 'end',
    hideBelowPx: 780,
    cell: (row) => (row.lastScanAt === null ? <Nothing /> : <Age at={row.lastScanAt} />),
  },
  {
    id: 'version',
    header: t('fleet.column.version'),
    width: { px: 72 },
    align: 'end',
    hideBelowPx: 950,
    cell: (row) => <span className={s['second']}>{row.version ?? '–'}</span>,
  },
]

const Nothing = (): React.ReactNode => <span className={s['nothing']}>–</span>

/** Of this station there is no "last seen": it is here. */
export function SeenAt({ row }: { row: Pick<FleetStation, 'isThis' | 'seenAt'> }): React.ReactNode {
  if (row.isThis) return <span className={s['second']}>{t('age.now')}</span>
  return row.seenAt === null ? <Nothing /> : <Age at={row.seenAt} />
}

/** What is not sent there: at risk while nobody hears of the station. */
function UnsentThere({ row }: { row: FleetStation }): React.ReactNode {
  if (row.unsent === 0) return <Nothing />
  const isAtRisk = row.presence !== 'here'
  return (
    <span className={isAtRisk ? s['risk'] : s['unsent']}>
      {isAtRisk && <Shape name="triangle" tone="bad" />}
      <Figure value={row.unsent} of={row.id} isUnsent isStrong={isAtRisk} />
    </span>
  )
}

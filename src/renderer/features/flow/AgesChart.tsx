import { useMemo } from 'react'
import type { WarehouseId } from '#shared/domain/ids.ts'
import { ChartFrame } from '../../components/chart/ChartFrame.tsx'
import { Plot } from '../../components/chart/Plot.tsx'
import { useServerTime } from '../../hooks/server-time.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { useOrderAges } from '../../hooks/use-ledger.ts'
import { formatAge, formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { ageData, agePlot } from './age-plot.ts'
import { ageGroups, agesAt, type StatusAges } from './ages.ts'
import { usePictureHeight } from './use-picture-height.ts'
import s from './FlowScreen.module.css'

const MINUTE_MS = 60_000

/** Open orders by status and age; from this station's own rows, so that it works in an outage. */
export function AgesChart({ warehouseId }: { warehouseId: WarehouseId }): React.ReactNode {
  const heightPx = usePictureHeight()
  const { value } = useOrderAges(warehouseId)
  const { clockOffsetMs } = useServerTime()
  const minute = useNow((now) => Math.floor((now - clockOffsetMs) / MINUTE_MS))
  const ages = useMemo(() => agesAt(value ?? [], minute * MINUTE_MS), [value, minute])
  const data = useMemo(() => ageData(ages), [ages])
  const status = useMemo(() => ages.map((row) => t(`orders.status.${row.status}`)), [ages])
  const options = useMemo(() => agePlot(ages, { status }), [ages, status])
  const total = ages.reduce((sum, row) => sum + row.total, 0)
  const last = useMemo(() => lastWords(ages, total, minute * MINUTE_MS), [ages, total, minute])
  if (!value) return null
  return (
    <ChartFrame
      title={t('flow.ages.title')}
      last={last}
      legend={ageGroups.map(({ id }, n) => ({ mark: `age-${n}` as const, word: t(`flow.ages.group.${id}`) }))}
      picture={
        total === 0 ? (
          <p className={s['none']}>{t('flow.ages.none')}</p>
        ) : (
          <Plot label={`${t('flow.ages.title')} ${last}`} heightPx={heightPx} data={data} options={options} />
        )
      }
      table={{
        head: [
          t('flow.ages.column.status'),
          ...ageGroups.map(({ id }) => t(`flow.ages.group.${id}`)),
          t('flow.ages.column.all'),
        ],
        rows: ages.map((row, n) => [
          status[n] ?? '',
          ...row.groups.map(({ orders }) => formatNumber(orders)),
          formatNumber(row.total),
        ]),
      }}
    />
  )
}

function lastWords(ages: readonly StatusAges[], total: number, now: number): string {
  const open = t('flow.ages.last', { count: total })
  const oldest = ages.reduce<number | null>(
    (least, { oldestAt }) => (oldestAt === null ? least : Math.min(least ?? oldestAt, oldestAt)),
    null,
  )
  if (oldest === null) return open
  return t('flow.ages.oldest', { open, age: formatAge(now - oldest, t('age.now')) })
}

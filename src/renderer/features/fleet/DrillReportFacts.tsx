import type { DrillReport } from '#shared/protocol/fleet.ts'
import { Fact } from '../../components/Fact.tsx'
import { Shape, type ShapeName, type Tone } from '../../components/Shape.tsx'
import { formatDuration, formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { LocalAge } from '../work/LocalTime.tsx'
import s from './fleet.module.css'

const figureLooks: Record<DrillReport['figures'], { readonly name: ShapeName; readonly tone: Tone }> = {
  equal: { name: 'check', tone: 'good' },
  repaired: { name: 'half', tone: 'warn' },
  differs: { name: 'cross', tone: 'bad' },
  unproven: { name: 'ring', tone: 'plain' },
}

/** How a drill went: what was asked of the station, and what the way back took. */
export function DrillReportFacts({ report }: { report: DrillReport }): React.ReactNode {
  const { calledBy, oldestMs, liveAfterMs, sentAfterMs } = report
  return (
    <dl className={s['report']}>
      <Fact name={t('drill.fact.ended')}>
        <LocalAge at={report.endedAt} />
      </Fact>
      {calledBy && <Fact name={t('drill.fact.by')}>{calledBy.from}</Fact>}
      <Fact name={t('drill.fact.offline')}>{formatDuration(report.offlineMs)}</Fact>
      <Fact name={t('drill.fact.done')}>{formatNumber(report.done)}</Fact>
      {oldestMs !== null && <Fact name={t('drill.fact.oldest')}>{formatDuration(oldestMs)}</Fact>}
      <Fact name={t('drill.fact.live')}>
        {liveAfterMs === null ? t('drill.not-in-time') : formatDuration(liveAfterMs)}
      </Fact>
      <Fact name={t('drill.fact.sent')}>
        {sentAfterMs === null ? t('drill.not-in-time') : formatDuration(sentAfterMs)}
      </Fact>
      <Fact name={t('drill.fact.refused')}>{formatNumber(report.refused)}</Fact>
      <Fact name={t('drill.fact.figures')}>
        <span className={s['presence']}>
          <Shape {...figureLooks[report.figures]} />
          {t(`drill.figures.${report.figures}`)}
        </span>
      </Fact>
    </dl>
  )
}

import type { Fleet } from '#shared/protocol/fleet.ts'
import { Age } from '../../components/Age.tsx'
import { t } from '../../texts/text.ts'
import { BoardFigure } from './BoardFigure.tsx'
import s from './BoardScreen.module.css'

/** Who is here, who has fallen silent, and what would be lost with the silent ones. */
export function BoardStations({ fleet }: { fleet: Fleet | undefined }): React.ReactNode {
  const count = (presence: Fleet['stations'][number]['presence']): number | undefined =>
    fleet?.stations.filter((station) => station.presence === presence).length
  const oldestAt = fleet?.atRisk.oldestAt ?? null
  return (
    <section className={s['part']} aria-label={t('board.stations')}>
      <h3 className={s['title']}>{t('board.stations')}</h3>
      <div className={s['figures']}>
        <BoardFigure value={count('here')} of="here" word={t('board.here')} shape="check" tone="plain" />
        <BoardFigure
          value={count('silent')}
          of="silent"
          word={t('board.silent')}
          shape="slashed-ring"
          tone="warn"
        />
        <BoardFigure
          value={fleet?.atRisk.commands}
          of="at-risk"
          word={t('board.at-risk')}
          shape="triangle"
          tone="bad"
          note={oldestAt === null ? undefined : <Age at={oldestAt} />}
        />
      </div>
    </section>
  )
}

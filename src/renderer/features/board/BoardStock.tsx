import type { Summary } from '#shared/protocol/views.ts'
import { t } from '../../texts/text.ts'
import { BoardFigure } from './BoardFigure.tsx'
import s from './BoardScreen.module.css'

export function BoardStock({ summary }: { summary: Summary }): React.ReactNode {
  return (
    <section className={s['part']} aria-label={t('board.stock')}>
      <h3 className={s['title']}>{t('board.stock')}</h3>
      <div className={s['figures']}>
        <BoardFigure value={summary.low} of="low" word={t('board.low')} shape="half" tone="warn" />
        <BoardFigure value={summary.out} of="out" word={t('board.out')} shape="empty" tone="bad" />
        <BoardFigure
          value={summary.oversold}
          of="oversold"
          word={t('board.oversold')}
          shape="triangle"
          tone="bad"
        />
      </div>
    </section>
  )
}

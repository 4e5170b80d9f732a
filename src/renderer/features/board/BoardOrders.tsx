import type { OrderStatus } from '#shared/domain/rows.ts'
import type { OrdersSummary } from '#shared/protocol/orders.ts'
import type { ShapeName, Tone } from '../../components/Shape.tsx'
import { t } from '../../texts/text.ts'
import { BoardFigure } from './BoardFigure.tsx'
import s from './BoardScreen.module.css'

/** What is still to be done, in the order in which it is done, and what went wrong. */
const looks: readonly { status: OrderStatus; shape: ShapeName; tone: Tone }[] = [
  { status: 'pending', shape: 'ring', tone: 'plain' },
  { status: 'picking', shape: 'dot-in-ring', tone: 'plain' },
  { status: 'packed', shape: 'dot-in-ring', tone: 'plain' },
  { status: 'failed', shape: 'cross', tone: 'bad' },
]

export function BoardOrders({ orders }: { orders: OrdersSummary | undefined }): React.ReactNode {
  const late = orders?.reduce((sum, { overdue }) => sum + overdue, 0)
  return (
    <section className={s['part']} data-wide aria-label={t('board.orders')}>
      <h3 className={s['title']}>{t('board.orders')}</h3>
      <div className={s['figures']}>
        {looks.map(({ status, shape, tone }) => {
          const count = orders?.find((of) => of.status === status)
          return (
            <BoardFigure
              key={status}
              value={orders ? (count?.orders ?? 0) : undefined}
              of={status}
              word={t(`orders.status.${status}`)}
              shape={shape}
              tone={tone}
              note={count && count.overdue > 0 ? t('board.overdue', { count: count.overdue }) : undefined}
            />
          )
        })}
        <BoardFigure value={late} of="late" word={t('board.late')} shape="triangle" tone="bad" />
      </div>
    </section>
  )
}

import { ChevronsRightLeft } from 'lucide-react'
import { isToDo } from '#shared/domain/orders.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { OrderCount } from '#shared/protocol/orders.ts'
import { Age } from '../../components/Age.tsx'
import { Button } from '../../components/Button.tsx'
import { Shape } from '../../components/Shape.tsx'
import { orderLook } from '../../components/StatusIndicator.tsx'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import s from './ColumnHead.module.css'

interface Props {
  readonly status: OrderStatus
  readonly title: string
  readonly count: OrderCount | null
  /** How many the column lists. */
  readonly total: number | null
  /** A newer order waits until the pointer leaves. */
  readonly waits: boolean
  readonly onFold?: (() => void) | undefined
}

/** What a column holds: how many, how many of them late, what is to be picked, how long the oldest has waited. */
export function ColumnHead({ status, title, count, total, waits, onFold }: Props): React.ReactNode {
  const { shape, tone } = orderLook(status)
  return (
    <header className={s['head']}>
      <h3 className={s['title']}>
        <Shape name={shape} tone={tone} />
        <span>{title}</span>
        <span className={s['count']}>{total === null ? '…' : formatNumber(total)}</span>
        {isToDo(status) && count !== null && count.status !== 'packed' && (
          <span className={s['open']}>{t('orders.board.open', { count: count.unitsOpen })}</span>
        )}
        {onFold && (
          <Button
            look="quiet"
            size="small"
            aria-label={t('orders.board.fold', { status: title })}
            onPress={onFold}
          >
            <ChevronsRightLeft size={14} aria-hidden />
          </Button>
        )}
      </h3>
      <p className={s['facts']} role="status">
        {waits ? t('orders.board.waits') : isToDo(status) && count !== null && <Facts count={count} />}
      </p>
    </header>
  )
}

function Facts({ count }: { count: OrderCount }): React.ReactNode {
  const [before = '', after = ''] = t('orders.board.oldest', { age: '\u0000' }).split('\u0000')
  return (
    <>
      {count.overdue > 0 && (
        <span className={s['late']}>
          <Shape name="triangle" tone="bad" />
          {t('orders.board.late', { count: count.overdue })}
        </span>
      )}
      {count.oldestChangedAt !== null && (
        <span>
          {before}
          <Age at={count.oldestChangedAt} />
          {after}
        </span>
      )}
    </>
  )
}

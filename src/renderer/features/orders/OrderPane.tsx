import type { OrderId } from '#shared/domain/ids.ts'
import { isToPick } from '#shared/domain/orders.ts'
import type { OrderDetail } from '#shared/protocol/orders.ts'
import { Pane } from '../../components/Pane.tsx'
import { PanePart } from '../../components/PanePart.tsx'
import { StatusIndicator } from '../../components/StatusIndicator.tsx'
import { Unsent } from '../../components/Unsent.tsx'
import { Fact } from '../../components/Fact.tsx'
import { Moment } from '../../components/Moment.tsx'
import { useOrderDetail } from '../../hooks/use-realtime-orders.ts'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import type { ShownStatus } from '../shell/shown-status.ts'
import { PrintPickListButton } from '../paper/PrintButtons.tsx'
import { rightsIn } from '../work/rights.ts'
import { DueMark } from './DueMark.tsx'
import { OrderHistory } from './OrderHistory.tsx'
import { OrderLines } from './OrderLines.tsx'
import { OrderPicks } from './OrderPicks.tsx'
import { OrderSteps } from './OrderSteps.tsx'
import { Progress } from './Progress.tsx'
import s from './OrderPane.module.css'

interface Props {
  readonly orderId: OrderId
  readonly status: ShownStatus
  onClose(): void
}

/** One order: how far it is, its lines and where to pick them, its next step, and who did what. */
export function OrderPane({ orderId, status, onClose }: Props): React.ReactNode {
  const { value: detail, error } = useOrderDetail(orderId)
  const order = detail?.order
  return (
    <Pane
      label={t('order.label', { order: order?.number ?? '' })}
      closeLabel={t('order.close')}
      head={
        order && (
          <>
            <StatusIndicator order={order.status} since={order.changedAt} />
            <Unsent amount={order.unsent} />
          </>
        )
      }
      gone={detail === null ? { title: t('order.page.gone.title'), next: t('order.page.gone.next') } : null}
      isBusy={detail === undefined && error === null}
      onClose={onClose}
    >
      {detail ? (
        <Page detail={detail} status={status} />
      ) : (
        <p className={s['note']} role={error ? 'alert' : undefined}>
          {error ? t('order.failed', { reason: t(`error.${error.code}`) }) : t('order.loading')}
        </p>
      )}
    </Pane>
  )
}

function Page({ detail, status }: { detail: OrderDetail; status: ShownStatus }): React.ReactNode {
  const { order, warehouseId } = detail
  const may = rightsIn(status, warehouseId)
  return (
    <>
      <h2 className={s['number']}>{order.number}</h2>
      <p className={s['customer']}>{order.customer ?? '–'}</p>
      <div className={s['progress']}>
        <Progress picked={order.unitsPicked} ordered={order.unitsOrdered} />
      </div>
      <OrderSteps order={order} warehouseId={warehouseId} may={may} />
      {isToPick(order) && (
        <div className={s['paper']}>
          <PrintPickListButton orderIds={[order.id]} />
        </div>
      )}
      <PanePart>
        <dl>
          <Fact name={t('orders.column.due')}>
            <DueMark order={order} />
          </Fact>
          <Fact name={t('orders.column.priority')}>{formatNumber(order.priority)}</Fact>
          <Fact name={t('order.fact.created')}>
            <Moment at={order.createdAt} />
          </Fact>
        </dl>
      </PanePart>
      <OrderLines detail={detail} mayWork={may.work} />
      <OrderHistory history={detail.history} />
      <OrderPicks detail={detail} isOffline={status.link.at !== 'live' && status.link.at !== 'degraded'} />
    </>
  )
}

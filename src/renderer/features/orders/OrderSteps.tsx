import type { WarehouseId } from '#shared/domain/ids.ts'
import { isCancellable } from '#shared/domain/orders.ts'
import type { OrderListRow } from '#shared/protocol/orders.ts'
import { Button } from '../../components/Button.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'
import type { Rights } from '../work/rights.ts'
import { stepsOf, useAdvance } from './steps-of.ts'
import s from './OrderPane.module.css'

interface Props {
  readonly order: OrderListRow
  readonly warehouseId: WarehouseId
  readonly may: Rights
}

/** Where an order may go from here: the likeliest step stands out. */
export function OrderSteps({ order, warehouseId, may }: Props): React.ReactNode {
  const { screen } = useConsole()
  const advance = useAdvance(warehouseId)
  if (!may.work) return <p className={s['note']}>{t('order.read-only')}</p>
  const steps = stepsOf(order)
  const canCancel = may.cancel && isCancellable(order.status)
  if (steps.length === 0 && !canCancel) return <p className={s['ended']}>{t('order.ended')}</p>
  return (
    <div className={s['steps']} role="group" aria-label={t('order.next')}>
      {steps.map((to, at) => (
        <Button key={to} look={at === 0 ? 'main' : 'plain'} onPress={() => advance(order, to)}>
          {t('order.advance', { status: t(`orders.status.${to}`) })}
        </Button>
      ))}
      {canCancel && (
        <Button
          onPress={() =>
            screen.setState({ form: { kind: 'cancel-order', order, warehouseId, amends: null } })
          }
        >
          {t('order.cancel')}
        </Button>
      )}
    </div>
  )
}

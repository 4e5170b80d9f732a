import {
  ArrowRightLeft,
  ClipboardCheck,
  Hand,
  PackagePlus,
  SlidersHorizontal,
  Trash2,
  Undo2,
  Warehouse,
  type LucideIcon,
} from 'lucide-react'
import { Button as AriaButton } from 'react-aria-components'
import type { MemberRole } from '#shared/domain/rows.ts'
import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import { useConsole } from '../../hooks/console.tsx'
import { useWarehouses } from '../../hooks/use-status.ts'
import { stockActions, type StockAction } from '../../stores/work-form.ts'
import { t } from '../../texts/text.ts'
import s from './StockActions.module.css'

const icons: Record<StockAction, LucideIcon> = {
  receive: PackagePlus,
  pick: Hand,
  putaway: Warehouse,
  transfer: ArrowRightLeft,
  count: ClipboardCheck,
  adjust: SlidersHorizontal,
  return: Undo2,
  scrap: Trash2,
}

interface Props {
  readonly warehouseId: WarehouseId
  readonly productId: ProductId
  readonly sku: string
  /** Null where it is not known. */
  readonly role: MemberRole | null
}

/** What can be done with a product, as keys large enough for a glove. */
export function StockActions({ warehouseId, productId, sku, role }: Props): React.ReactNode {
  const { screen } = useConsole()
  const { value: warehouses } = useWarehouses()
  if (role === 'viewer') {
    const warehouse = warehouses?.find(({ id }) => id === warehouseId)?.name ?? t('name.warehouse')
    return <p className={s['viewer']}>{t('action.viewer', { warehouse })}</p>
  }
  return (
    <div className={s['keys']} role="group" aria-label={t('action.label', { sku })}>
      {stockActions.map((action) => {
        const Icon = icons[action]
        return (
          <AriaButton
            key={action}
            className={s['key'] ?? ''}
            onPress={() =>
              screen.setState({ form: { kind: 'stock', action, warehouseId, productId, amends: null } })
            }
          >
            <Icon size={18} strokeWidth={1.75} aria-hidden />
            {t(`action.${action}`)}
          </AriaButton>
        )
      })}
    </div>
  )
}

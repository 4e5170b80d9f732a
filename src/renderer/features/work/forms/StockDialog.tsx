import { unreachable } from '#shared/lib/must.ts'
import type { StockDetail } from '#shared/protocol/views.ts'
import { useStockDetail, useWarehouses } from '../../../hooks/use-status.ts'
import { t } from '../../../texts/text.ts'
import { namesOf, type Names } from '../names.ts'
import { AdjustDialog } from './AdjustDialog.tsx'
import { CountDialog } from './CountDialog.tsx'
import type { About } from './entries.ts'
import { MoveDialog } from './MoveDialog.tsx'
import { QuantityDialog } from './QuantityDialog.tsx'

/** What every form about stock is given. */
export interface StockDialogProps {
  readonly about: About
  readonly title: string
  readonly product: Pick<StockDetail['product'], 'name' | 'unit'> | null
  readonly bins: StockDetail['bins']
  readonly names: Names
  onClose(): void
}

/** Work on one product: opened once its bins are known, so that they can be chosen. */
export function StockDialog({ about, onClose }: { about: About; onClose: () => void }): React.ReactNode {
  const { value: detail, error } = useStockDetail(about.warehouseId, about.productId)
  const { value: warehouses } = useWarehouses()
  // Without an answer the bins are named by hand: work does not wait for a list.
  if (detail === undefined && error === null) return null
  const product = detail?.product ?? null
  const names = namesOf({ product }, warehouses)
  const title = about.orderLine
    ? t('form.pick.order', { sku: names.sku, order: about.orderLine.order })
    : t(`form.${about.action}`, { sku: names.sku })
  const props: StockDialogProps = {
    about,
    product,
    names,
    onClose,
    title: about.amends ? t('form.amend', { title }) : title,
    bins: detail?.bins ?? [],
  }
  switch (about.action) {
    case 'receive':
    case 'pick':
    case 'return':
    case 'scrap':
      return <QuantityDialog {...props} />
    case 'putaway':
    case 'transfer':
      return <MoveDialog {...props} />
    case 'adjust':
      return <AdjustDialog {...props} />
    case 'count':
      return <CountDialog {...props} />
    default:
      return unreachable(about.action)
  }
}

import { Printer } from 'lucide-react'
import type { OrderId } from '#shared/domain/ids.ts'
import { isToPick } from '#shared/domain/orders.ts'
import type { OrderListRow } from '#shared/protocol/orders.ts'
import { MAX_PICK_LIST_ORDERS } from '#shared/protocol/paper.ts'
import type { StockDetail } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'
import { labelOf } from './label-of.ts'

/** From a product to its label, ready to be printed. */
export function PrintLabelButton({ product }: { product: StockDetail['product'] }): React.ReactNode {
  const { screen } = useConsole()
  const label = labelOf(product, product.barcodes)
  return (
    <Button onPress={() => screen.setState({ screen: 'paper', paper: { kind: 'label', label } })}>
      <Printer size={16} aria-hidden />
      {t('detail.print-label')}
    </Button>
  )
}

interface PickListProps {
  readonly orderIds: readonly OrderId[]
  readonly word?: string
}

/** From one or more orders to their pick list, ready to be printed. */
export function PrintPickListButton({ orderIds, word }: PickListProps): React.ReactNode {
  const { screen } = useConsole()
  return (
    <Button onPress={() => screen.setState({ screen: 'paper', paper: { kind: 'pick-list', orderIds } })}>
      <Printer size={16} aria-hidden />
      {word ?? t('order.print-pick-list')}
    </Button>
  )
}

/** The same for a list as it is narrowed: of its first orders, as many as one pick list takes. */
export function PrintPickListsButton({ orders }: { orders: readonly OrderListRow[] }): React.ReactNode {
  const orderIds = orders
    .filter(isToPick)
    .slice(0, MAX_PICK_LIST_ORDERS)
    .map(({ id }) => id)
  if (orderIds.length === 0) return null
  return (
    <PrintPickListButton
      orderIds={orderIds}
      word={t('orders.print-pick-lists', { count: orderIds.length })}
    />
  )
}

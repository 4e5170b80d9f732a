import { Printer } from 'lucide-react'
import type { OrderId } from '#shared/domain/ids.ts'
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
    <Button
      size="small"
      onPress={() => screen.setState({ screen: 'paper', paper: { kind: 'label', label } })}
    >
      <Printer size={14} aria-hidden />
      {t('detail.print-label')}
    </Button>
  )
}

/** From one or more orders to their pick list, ready to be printed. */
export function PrintPickListButton({ orderIds }: { orderIds: readonly OrderId[] }): React.ReactNode {
  const { screen } = useConsole()
  return (
    <Button
      isDisabled={orderIds.length === 0}
      onPress={() => screen.setState({ screen: 'paper', paper: { kind: 'pick-list', orderIds } })}
    >
      <Printer size={16} aria-hidden />
      {t('order.print-pick-list')}
    </Button>
  )
}

import type { WarehouseId } from '#shared/domain/ids.ts'
import type { AlertKind, AlertListRow, ExceptionKind } from '#shared/protocol/alerts.ts'
import { Button } from '../../components/Button.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'

interface Props {
  readonly row: Pick<AlertListRow, 'product' | 'order' | 'bin'> & { readonly kind: AlertKind | ExceptionKind }
  readonly warehouseId: WarehouseId
  readonly mayWork: boolean
}

/** The ways from an alert to what it is about. */
export function OpenAbout({ row, warehouseId, mayWork }: Props): React.ReactNode {
  const { screen } = useConsole()
  const { kind, product, order, bin } = row
  const isAboutBin = kind === 'count_task' || kind === 'negative_stock'
  const isAboutStation = kind.startsWith('station_') || kind === 'clock_wrong'
  return (
    <>
      {isAboutBin && product && mayWork && (
        <Button
          onPress={() =>
            screen.setState({
              form: {
                kind: 'stock',
                action: 'count',
                warehouseId,
                productId: product.id,
                ...(bin !== null && { bin }),
                amends: null,
              },
            })
          }
        >
          {t('alert.count')}
        </Button>
      )}
      {product && (
        <Button onPress={() => screen.setState({ screen: 'stock', productId: product.id })}>
          {t('alert.open.product', { sku: product.sku })}
        </Button>
      )}
      {order && (
        <Button onPress={() => screen.setState({ screen: 'orders', orderId: order.id })}>
          {t('alert.open.order', { order: order.number })}
        </Button>
      )}
      {isAboutStation && (
        <Button onPress={() => screen.setState({ screen: 'fleet' })}>{t('alert.open.stations')}</Button>
      )}
      {kind === 'refused_here' && (
        <Button onPress={() => screen.setState({ screen: 'refused', workId: null })}>
          {t('alert.open.refused')}
        </Button>
      )}
    </>
  )
}

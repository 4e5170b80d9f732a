import { OrderId, ProductId } from '#shared/domain/ids.ts'
import type { ScreenState } from '../../stores/screen.ts'

/** Where a notification leads: to places of this window, and to nothing else. */
export interface Destination {
  readonly kind: 'order' | 'stock' | 'alerts' | 'exceptions' | 'drill'
  readonly to: Partial<ScreenState>
}

/** Reads an address inside the console, such as `order/<id>`. Whatever it does not know leads nowhere. */
export function parseLink(link: string | null): Destination | null {
  if (link === null) return null
  const [kind, id, ...more] = link.split('/')
  if (more.length > 0) return null
  switch (kind) {
    case 'order': {
      const order = OrderId.safeParse(id)
      return order.success ? { kind, to: { screen: 'orders', orderId: order.data } } : null
    }
    case 'stock': {
      const product = ProductId.safeParse(id)
      return product.success ? { kind, to: { screen: 'stock', productId: product.data } } : null
    }
    case 'alerts':
      return id === undefined ? { kind, to: { screen: 'alerts', alertId: null, alertFilter: 'open' } } : null
    case 'exceptions':
      return id === undefined ? { kind, to: { screen: 'exceptions', exceptionId: null } } : null
    case 'drill':
      return id === undefined ? { kind, to: { screen: 'fleet' } } : null
    default:
      return null
  }
}

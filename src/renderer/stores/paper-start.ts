import type { OrderId } from '#shared/domain/ids.ts'
import type { ProductLabel } from '#shared/protocol/paper.ts'

/** What another screen opens "In and out" for: a label of one product, or the pick list of some orders. */
export type PaperStart =
  | { readonly kind: 'label'; readonly label: ProductLabel }
  | { readonly kind: 'pick-list'; readonly orderIds: readonly OrderId[] }

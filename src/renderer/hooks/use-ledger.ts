import { useCallback, useRef } from 'react'
import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type {
  LedgerCursor,
  LedgerFilter,
  LedgerNames,
  LedgerPage,
  LedgerStory,
  OrderAges,
  UnsettledMovement,
} from '#shared/protocol/ledger.ts'
import type { ValueState } from '../stores/value-store.ts'
import { useConsole } from './console.tsx'
import { useAnswers, type OnDemand } from './use-on-demand.ts'
import { useValueView } from './use-value-view.ts'
import { useStatus } from './use-status.ts'

const PAGE_ROWS = 100

/** Moves whenever an answer about this warehouse may be another by now: with every change there, and when the link does. */
export function usePulse(warehouseId: WarehouseId): string {
  const { value: pulse } = useValueView<'pulse'>({ name: 'pulse', params: { warehouseId } })
  const { value: status } = useStatus()
  return `${status?.link.at ?? ''} ${pulse?.epoch ?? ''} ${pulse?.seq ?? ''}`
}

export const useUnsettled = (
  warehouseId: WarehouseId,
  productId: ProductId | null,
): ValueState<UnsettledMovement[]> =>
  useValueView<'ledger.unsettled'>({ name: 'ledger.unsettled', params: { warehouseId, productId } })

export const useLedgerNames = (warehouseId: WarehouseId): ValueState<LedgerNames> =>
  useValueView<'ledger.names'>({ name: 'ledger.names', params: { warehouseId } })

export const useOrderAges = (warehouseId: WarehouseId): ValueState<OrderAges> =>
  useValueView<'orders.ages'>({ name: 'orders.ages', params: { warehouseId } })

interface Paged {
  readonly movements: readonly { readonly id: string }[]
  readonly next: LedgerCursor | null
}

export interface Pages<P> extends OnDemand<P> {
  /** Asks for what comes after the last row, once at a time. */
  more(): void
}

export function useLedgerPages(warehouseId: WarehouseId, filter: LedgerFilter): Pages<LedgerPage> {
  const { client } = useConsole()
  const ask = useCallback(
    (before: LedgerCursor | null) =>
      client.ask('ledger.page', { warehouseId, filter, before, limit: PAGE_ROWS }),
    [client, warehouseId, filter],
  )
  return usePages(JSON.stringify([warehouseId, filter]), usePulse(warehouseId), 'ledger.page', ask)
}

export function useStory(
  warehouseId: WarehouseId,
  productId: ProductId,
  bin: string | null,
): Pages<LedgerStory> {
  const { client } = useConsole()
  const ask = useCallback(
    (before: LedgerCursor | null) =>
      client.ask('ledger.story', { warehouseId, productId, bin, before, limit: PAGE_ROWS }),
    [client, warehouseId, productId, bin],
  )
  return usePages(JSON.stringify([warehouseId, productId, bin]), usePulse(warehouseId), 'ledger.story', ask)
}

function usePages<P extends Paged>(
  key: string,
  pulse: string,
  channel: 'ledger.page' | 'ledger.story',
  ask: (before: LedgerCursor | null) => Promise<P>,
): Pages<P> {
  const pages = useAnswers(key, pulse, channel, () => ask(null), withHead)
  const asking = useRef<string | null>(null)
  const { answer, update } = pages
  const more = (): void => {
    const next = answer?.next
    if (!next || asking.current === next.id) return
    asking.current = next.id
    ask(next).then(
      (page) => {
        asking.current = null
        update((was) => withTail(was, page, next))
      },
      // The list says that there is more; scrolling on asks again.
      () => (asking.current = null),
    )
  }
  return { ...pages, more }
}

/** The newest page on top of what was read before, as long as they meet; else it stands alone. */
export function withHead<P extends Paged>(was: P | null, head: P): P {
  const meets = head.movements.at(-1)
  const at = meets && was ? was.movements.findIndex(({ id }) => id === meets.id) : -1
  if (!was || at < 0 || at === was.movements.length - 1) return head
  return { ...head, movements: [...head.movements, ...was.movements.slice(at + 1)], next: was.next }
}

/** What comes after the last row, unless the list has begun anew meanwhile. */
export function withTail<P extends Paged>(was: P, page: P, asked: LedgerCursor): P {
  if (was.next?.id !== asked.id) return was
  return { ...was, movements: [...was.movements, ...page.movements], next: page.next }
}

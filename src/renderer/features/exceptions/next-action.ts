import type { WarehouseId } from '#shared/domain/ids.ts'
import type { ExceptionRow } from '#shared/protocol/alerts.ts'
import type { TextKey } from '../../texts/text.ts'
import type { Rights } from '../work/rights.ts'
import type { ScreenState } from '../../stores/screen.ts'

/** What an exception asks for next: a way to somewhere, a step of its order, or somebody's word that they have seen to it. */
export type NextAction =
  | { readonly kind: 'go'; readonly word: NextWord; readonly to: Partial<ScreenState> }
  | {
      readonly kind: 'back-to-picking'
      readonly word: NextWord
      readonly order: NonNullable<ExceptionRow['order']>
    }
  | { readonly kind: 'acknowledge'; readonly word: NextWord }

type NextWord = TextKey & `exception.next.${string}`

/** Null where this person can do nothing about it. */
export function nextActionOf(row: ExceptionRow, warehouseId: WarehouseId, may: Rights): NextAction | null {
  const { kind, product, order, bin, facts } = row
  if (kind === 'refused')
    return { kind: 'go', word: 'exception.next.refused', to: { screen: 'refused', workId: row.workId } }
  if (!may.work) return null
  const acknowledge = { kind: 'acknowledge', word: 'exception.next.refused_work' } as const
  switch (kind) {
    case 'refused_work':
      return acknowledge
    case 'negative_stock':
    case 'count_task': {
      if (product === null) return acknowledge
      const form = {
        kind: 'stock',
        action: 'count',
        warehouseId,
        productId: product.id,
        amends: null,
      } as const
      return {
        kind: 'go',
        word: `exception.next.${kind}`,
        to: { form: bin === null ? form : { ...form, bin } },
      }
    }
    case 'short_pick':
      return order === null
        ? acknowledge
        : { kind: 'back-to-picking', word: 'exception.next.short_pick', order }
    case 'unknown_code': {
      const code = facts['code']
      if (!may.cancel || typeof code !== 'string') return acknowledge
      return {
        kind: 'go',
        word: 'exception.next.unknown_code',
        to: { form: { kind: 'assign-code', warehouseId, code } },
      }
    }
  }
}

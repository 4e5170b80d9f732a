import type { PickListTexts } from '#shared/protocol/paper.ts'
import { t } from '../../texts/text.ts'

/** What stands on a pick list, in the window's language; the names in braces are filled in where it is printed. */
export const pickListTexts = (locale: string): PickListTexts => ({
  locale: locale.slice(0, 35),
  title: t('pick-list.title', { warehouse: '{warehouse}' }),
  asOf: t('pick-list.as-of', { asOf: '{asOf}', printed: '{printed}' }),
  columns: {
    bin: t('pick-list.bin'),
    sku: t('pick-list.sku'),
    name: t('pick-list.name'),
    order: t('pick-list.order'),
    quantity: t('pick-list.take'),
  },
  noBin: t('pick-list.no-bin'),
  nothing: t('pick-list.nothing'),
  page: t('pick-list.page', { no: '{no}', of: '{of}' }),
})

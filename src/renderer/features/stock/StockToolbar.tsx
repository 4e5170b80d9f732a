import { memo } from 'react'
import type { StockFilter } from '#shared/protocol/views.ts'
import { FilterButtons } from '../../components/FilterButtons.tsx'
import { SearchField } from '../../components/SearchField.tsx'
import type { InventoryOptions } from '../../hooks/use-realtime-inventory.ts'
import { t } from '../../texts/text.ts'
import s from './StockToolbar.module.css'

const filters = (['all', 'low', 'out', 'oversold'] as const).map((value) => ({
  value,
  word: t(`stock.filter.${value}`),
}))

interface Props {
  readonly options: InventoryOptions
  /** What is to be said of what the list shows. */
  readonly note: string | null
  readonly searchRef: React.Ref<HTMLInputElement>
  /** What else can be done with the whole list. */
  readonly tools: React.ReactNode
  onSearch(text: string): void
  onFilter(filter: StockFilter): void
  /** Down or Enter in the search field: on to the list. */
  onLeave(): void
}

/** Drawn when it changes, not whenever a row does. */
export const StockToolbar = memo(function StockToolbar(props: Props): React.ReactNode {
  const { options, note, searchRef, tools, ...on } = props
  return (
    <div className={s['toolbar']}>
      <SearchField
        ref={searchRef}
        label={t('stock.search')}
        clearLabel={t('stock.search.clear')}
        value={options.search}
        onChange={on.onSearch}
        onLeave={on.onLeave}
      />
      <FilterButtons
        label={t('stock.filter')}
        options={filters}
        value={options.filter}
        onChange={on.onFilter}
      />
      <span className={s['found']} role="status">
        {note}
      </span>
      {tools}
    </div>
  )
})

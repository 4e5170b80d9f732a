import { PackageSearch, PackageOpen, Check } from 'lucide-react'
import { Button } from '../../components/Button.tsx'
import { Message } from '../../components/Message.tsx'
import type { InventoryOptions } from '../../hooks/use-realtime-inventory.ts'
import { t } from '../../texts/text.ts'

interface Props {
  readonly options: InventoryOptions
  readonly warehouse: string
  onChange(options: Partial<InventoryOptions>): void
}

/** A stock list without rows: nothing found, nothing of that state, or nothing at all. */
export function StockNone({ options, warehouse, onChange }: Props): React.ReactNode {
  const { search, filter } = options
  const showAll = (
    <Button onPress={() => onChange({ search: '', filter: 'all' })}>{t('stock.show-all')}</Button>
  )
  if (search !== '')
    return (
      <Message
        icon={<PackageSearch size={20} />}
        title={t('stock.no-results.title', { search })}
        action={
          filter === 'all' ? (
            <Button onPress={() => onChange({ search: '' })}>{t('stock.clear-search')}</Button>
          ) : (
            showAll
          )
        }
      >
        {filter !== 'all' && <p>{t('stock.no-results.filtered', { filter: t(`stock.filter.${filter}`) })}</p>}
        <p>{t('stock.no-results.next')}</p>
      </Message>
    )
  if (filter !== 'all')
    return (
      <Message icon={<Check size={20} />} title={t(`stock.none.${filter}`)} action={showAll}>
        {t(`stock.none.${filter}.next`)}
      </Message>
    )
  return (
    <Message icon={<PackageOpen size={20} />} title={t('stock.empty.title', { warehouse })}>
      {t('stock.empty.next')}
    </Message>
  )
}

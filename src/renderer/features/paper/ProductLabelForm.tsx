import { useDeferredValue, useRef, useState } from 'react'
import { Plus, Trash2 } from 'lucide-react'
import type { WarehouseId } from '#shared/domain/ids.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import { MAX_LABELS, type ProductLabel } from '#shared/protocol/paper.ts'
import type { StockDetail, StockRow } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { SearchField } from '../../components/SearchField.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useRealtimeInventory } from '../../hooks/use-realtime-inventory.ts'
import { useShortcut } from '../../hooks/use-shortcut.ts'
import { t } from '../../texts/text.ts'
import { CopiesField } from './CopiesField.tsx'
import { labelOf } from './label-of.ts'
import s from './paper.module.css'

export type ChosenLabel = ProductLabel

interface Props {
  readonly warehouseId: WarehouseId
  readonly labels: readonly ChosenLabel[]
  onChange(labels: readonly ChosenLabel[]): void
}

const FOUND_SHOWN = 6
const MOST_PRODUCTS = 500
let lastLook = 0

/** Products searched and added, each with so many labels. */
export function ProductLabelForm({ warehouseId, labels, onChange }: Props): React.ReactNode {
  const { client, tray } = useConsole()
  const [text, setText] = useState('')
  const search = useDeferredValue(text.trim())
  const options = { search, filter: 'all', sort: 'sku', direction: 'asc' } as const
  const { list } = useRealtimeInventory(search === '' ? null : warehouseId, options)
  const found = search === '' ? [] : (list.shown?.rows.slice(0, FOUND_SHOWN) ?? [])
  const searchRef = useRef<HTMLInputElement>(null)
  const foundRef = useRef<HTMLUListElement>(null)
  useShortcut('/', () => searchRef.current?.focus())

  /** Its barcodes are asked for once: a label is of the moment it is printed. */
  async function add(row: StockRow): Promise<void> {
    const viewId = `label-${++lastLook}` as ViewId
    let detail: StockDetail | null = null
    try {
      const view = { name: 'stock.detail', params: { warehouseId, productId: row.id } } as const
      const { result } = await client.ask('view.open', { viewId, view })
      await client.ask('view.close', { viewId })
      if (result.kind === 'value') detail = result.value as StockDetail | null
    } catch {
      tray.note(t('preview.failed.title'), 'bad')
      return
    }
    setText('')
    searchRef.current?.focus()
    if (labels.some(({ sku }) => sku === row.sku) || labels.length >= MOST_PRODUCTS) return
    onChange([...labels, labelOf(row, detail?.product.barcodes ?? [])])
  }

  return (
    <>
      <SearchField
        ref={searchRef}
        label={t('labels.search')}
        clearLabel={t('labels.search.clear')}
        value={text}
        onChange={setText}
        onLeave={() => foundRef.current?.querySelector('button')?.focus()}
      />
      {search !== '' && list.shown?.total === 0 && (
        <p className={s['next']} role="status">
          {t('labels.search.none', { search })}
        </p>
      )}
      {found.length > 0 && (
        <ul ref={foundRef} className={s['choose']} aria-label={t('labels.found')}>
          {found.map((row) => (
            <li key={row.id}>
              <button
                type="button"
                className={s['option']}
                aria-label={t('labels.add', { sku: row.sku, name: row.name })}
                onClick={() => void add(row)}
              >
                <Plus size={14} aria-hidden />
                <span className={s['sku']}>{row.sku}</span>
                <span className={s['what']}>{row.name}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <section aria-label={t('labels.chosen')}>
        <h3 className={s['subheading']}>{t('labels.chosen')}</h3>
        {labels.length === 0 && <p className={s['next']}>{t('labels.chosen.none')}</p>}
        <ul className={s['chosen']}>
          {labels.map((label) => (
            <li key={label.sku} className={s['line']}>
              <span className={s['named']}>
                <span className={s['sku']}>{label.sku}</span>
                <span className={s['what']}>{label.name}</span>
              </span>
              <CopiesField
                label={t('labels.copies.of', { sku: label.sku })}
                value={label.copies}
                most={MAX_LABELS - labels.reduce((sum, each) => sum + (each === label ? 0 : each.copies), 0)}
                onChange={(copies) =>
                  onChange(labels.map((each) => (each === label ? { ...each, copies } : each)))
                }
              />
              <Button
                look="quiet"
                size="small"
                aria-label={t('labels.remove', { sku: label.sku })}
                onPress={() => onChange(labels.filter((each) => each !== label))}
              >
                <Trash2 size={15} aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}

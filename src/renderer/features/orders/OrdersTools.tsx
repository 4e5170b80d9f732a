import { Plus } from 'lucide-react'
import type { OrderStatus } from '#shared/domain/rows.ts'
import { statusOrder } from '#shared/domain/orders.ts'
import { Button } from '../../components/Button.tsx'
import { FilterButtons } from '../../components/FilterButtons.tsx'
import { SearchField } from '../../components/SearchField.tsx'
import type { OrdersForm } from '../../stores/preferences.ts'
import { t } from '../../texts/text.ts'
import type { OrderOptions } from './narrowing.ts'
import s from './OrdersTools.module.css'

export type StatusChoice = OrderStatus | 'all'

const forms = (['board', 'list'] as const).map((value) => ({ value, word: t(`orders.form.${value}`) }))
const choices: readonly { value: StatusChoice; word: string }[] = [
  { value: 'all', word: t('orders.filter.all') },
  ...statusOrder.map((value) => ({ value, word: t(`orders.status.${value}`) })),
]
const priorities = ['', '1', '2', '3', '4', '5'] as const

interface Props {
  readonly form: OrdersForm
  readonly options: OrderOptions
  /** Of the list; the board has a column for each. */
  readonly status: StatusChoice
  readonly found: React.ReactNode
  readonly mayCreate: boolean
  /** What of them goes to paper and to files. */
  readonly files: React.ReactNode
  /** Something leaves orders out. */
  readonly isNarrow: boolean
  readonly searchRef: React.Ref<HTMLInputElement>
  onForm(form: OrdersForm): void
  onChange(some: Partial<OrderOptions>): void
  onStatus(status: StatusChoice): void
  onCreate(): void
  onShowAll(): void
  /** Down or Enter in the search field: on to the orders. */
  onLeave(): void
}

/** What is shown of the orders, and how. */
export function OrdersTools({ searchRef, ...props }: Props): React.ReactNode {
  const { form, options, onChange } = props
  return (
    <>
      <header className={s['header']}>
        <h2 className={s['title']}>{t('screen.orders')}</h2>
        <FilterButtons<OrdersForm>
          label={t('orders.form')}
          options={forms}
          value={form}
          onChange={props.onForm}
        />
        <span className={s['found']} role="status">
          {props.found}
        </span>
        {props.files}
        {props.mayCreate && (
          <Button onPress={props.onCreate}>
            <Plus size={16} aria-hidden />
            {t('order.new')}
          </Button>
        )}
      </header>
      <div className={s['tools']}>
        <SearchField
          ref={searchRef}
          label={t('orders.search')}
          clearLabel={t('orders.search.clear')}
          value={options.search}
          onChange={(search) => onChange({ search })}
          onLeave={props.onLeave}
        />
        <button
          type="button"
          className={s['toggle']}
          aria-pressed={options.isLateOnly}
          onClick={() => onChange({ isLateOnly: !options.isLateOnly })}
        >
          {t('orders.late')}
        </button>
        <select
          className={s['select']}
          aria-label={t('orders.priority')}
          value={options.priority ?? ''}
          onChange={(event) => onChange({ priority: Number(event.target.value) || null })}
        >
          {priorities.map((value) => (
            <option key={value} value={value}>
              {value === '' ? t('orders.priority.any') : t('orders.priority.of', { priority: value })}
            </option>
          ))}
        </select>
        {form === 'board' && props.isNarrow && (
          <Button look="quiet" onPress={props.onShowAll}>
            {t('orders.narrowed.clear')}
          </Button>
        )}
        {form === 'list' && (
          <FilterButtons<StatusChoice>
            label={t('orders.filter')}
            options={choices}
            value={props.status}
            onChange={props.onStatus}
          />
        )}
      </div>
    </>
  )
}

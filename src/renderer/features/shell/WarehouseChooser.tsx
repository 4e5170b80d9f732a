import { memo } from 'react'
import { Check, ChevronDown } from 'lucide-react'
import {
  Button as AriaButton,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
} from 'react-aria-components'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'
import menu from '../../components/Menu.module.css'
import s from './WarehouseChooser.module.css'

interface Props {
  readonly warehouses: readonly WarehouseChoice[]
  readonly warehouse: WarehouseChoice | null
}

export const WarehouseChooser = memo(function WarehouseChooser({
  warehouses,
  warehouse,
}: Props): React.ReactNode {
  const { preferences } = useConsole()
  if (!warehouse) return null
  if (warehouses.length === 1) return <span className={s['only']}>{warehouse.name}</span>
  return (
    <Select
      aria-label={t('warehouse.choose')}
      value={warehouse.id}
      onChange={(id) => preferences.setState({ warehouseId: String(id) })}
    >
      <AriaButton className={s['button'] ?? ''}>
        <SelectValue className={s['value'] ?? ''}>{warehouse.name}</SelectValue>
        <ChevronDown size={14} aria-hidden />
      </AriaButton>
      <Popover className={menu['popover'] ?? ''} placement="bottom end">
        <ListBox className={menu['menu'] ?? ''} items={warehouses}>
          {(item) => (
            <ListBoxItem id={item.id} textValue={item.name} className={menu['item'] ?? ''}>
              {({ isSelected }) => (
                <>
                  <span className={menu['check']}>{isSelected && <Check size={14} aria-hidden />}</span>
                  <span className={menu['word']}>{item.name}</span>
                  <span className={menu['meta']}>{item.code}</span>
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  )
})

import type { WarehouseId } from '#shared/domain/ids.ts'
import { useConsole } from '../../hooks/console.tsx'
import { useStatus } from '../../hooks/use-status.ts'
import { t } from '../../texts/text.ts'
import type { PaletteEntry } from '../shell/palette-entries.ts'
import { rightsIn } from '../work/rights.ts'

/** What the command palette offers to say in a warehouse, as far as this person may. */
export function useDeskEntries(warehouseId: WarehouseId | null): PaletteEntry[] {
  const { screen } = useConsole()
  const { value: status } = useStatus()
  if (warehouseId === null || status === undefined) return []
  const may = rightsIn(status, warehouseId)
  const group = t('palette.group.desk')
  const message: PaletteEntry = {
    id: 'message',
    group,
    word: t('message.palette'),
    run: () => screen.setState({ form: { kind: 'message', warehouseId } }),
  }
  const report: PaletteEntry = {
    id: 'report-code',
    group,
    word: t('code.report.palette'),
    run: () => screen.setState({ form: { kind: 'report-code', warehouseId } }),
  }
  return [...(may.cancel ? [message] : []), ...(may.work ? [report] : [])]
}

import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { t } from '../../texts/text.ts'
import { ListScreen } from '../shell/ListScreen.tsx'
import type { ShownStatus } from '../shell/shown-status.ts'

interface Props {
  readonly status: ShownStatus
  readonly warehouse: WarehouseChoice
}

export function LedgerScreen(_props: Props): React.ReactNode {
  return (
    <ListScreen title={t('screen.ledger')} tools={null} found={null}>
      {null}
    </ListScreen>
  )
}

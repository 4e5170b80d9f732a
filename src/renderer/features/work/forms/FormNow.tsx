import { useStore } from 'zustand'
import { unreachable } from '#shared/lib/must.ts'
import { useConsole } from '../../../hooks/console.tsx'
import { MessageDialog } from '../../alerts/MessageDialog.tsx'
import { AssignCodeDialog } from '../../exceptions/AssignCodeDialog.tsx'
import { ReportCodeDialog } from '../../exceptions/ReportCodeDialog.tsx'
import { CancelOrderDialog } from './CancelOrderDialog.tsx'
import { CreateOrderDialog } from './CreateOrderDialog.tsx'
import { DeskDialog } from './DeskDialog.tsx'
import { StockDialog } from './StockDialog.tsx'

/** The form that is being filled in, if any. */
export function FormNow(): React.ReactNode {
  const { screen } = useConsole()
  const form = useStore(screen, (state) => state.form)
  const close = (): void => screen.setState({ form: null })
  if (form === null) return null
  switch (form.kind) {
    case 'stock':
      return <StockDialog about={form} onClose={close} />
    case 'cancel-order':
      return <CancelOrderDialog form={form} onClose={close} />
    case 'create-order':
      return <CreateOrderDialog form={form} onClose={close} />
    case 'discard':
    case 'assign':
      return <DeskDialog form={form} onClose={close} />
    case 'message':
      return <MessageDialog warehouseId={form.warehouseId} onClose={close} />
    case 'report-code':
      return <ReportCodeDialog warehouseId={form.warehouseId} onClose={close} />
    case 'assign-code':
      return <AssignCodeDialog warehouseId={form.warehouseId} code={form.code} onClose={close} />
    default:
      return unreachable(form)
  }
}

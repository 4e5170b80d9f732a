import { useStore } from 'zustand'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { useConsole } from '../../hooks/console.tsx'
import { useShortcut } from '../../hooks/use-shortcut.ts'
import { SignInDialog } from '../entry/SignInDialog.tsx'
import { FormNow } from '../work/forms/FormNow.tsx'
import { CommandPalette } from './CommandPalette.tsx'
import { KeysDialog } from './KeysDialog.tsx'
import { SignOutDialog } from './SignOutDialog.tsx'
import type { ShownStatus } from './shown-status.ts'

interface Props {
  readonly status: ShownStatus | undefined
  readonly warehouses: readonly WarehouseChoice[]
  readonly warehouse: WarehouseChoice | null
}

/** What floats over the screens, and the keys that call it. */
export function Overlays({ status, warehouses, warehouse }: Props): React.ReactNode {
  const { screen } = useConsole()
  const overlay = useStore(screen, (state) => state.overlay)
  const close = (): void => screen.setState({ overlay: null })
  useShortcut('k', () => screen.setState({ overlay: 'palette' }), { mod: true })
  useShortcut('?', () => screen.setState({ overlay: 'keys' }))

  const email = status?.user?.email ?? ''
  switch (overlay) {
    case null:
      return <FormNow />
    case 'palette':
      return <CommandPalette warehouses={warehouses} warehouseId={warehouse?.id ?? null} onClose={close} />
    case 'keys':
      return <KeysDialog onClose={close} />
    case 'sign-out':
      return <SignOutDialog email={email} onClose={close} />
    case 'sign-in':
      return <SignInDialog email={email} onClose={close} />
  }
}

import { useMemo } from 'react'
import { WarehouseId } from '#shared/domain/ids.ts'
import { WindowScreen, type WindowLook } from '#shared/protocol/windows.ts'
import { asIpcError } from '../../bridge/client.ts'
import { useConsole, type ConsoleParts } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'

/** More windows beside this one, on the same engine and the same warehouse. */
export interface Windows {
  /** One with the screen that is open here; the stock, where that has no window of its own. */
  openSame(): Promise<void>
  openBoard(): Promise<void>
}

export function useWindows(): Windows {
  const { client, tray, preferences, screen } = useConsole()
  return useMemo(() => windowsOf({ client, tray, preferences, screen }), [client, tray, preferences, screen])
}

type Parts = Pick<ConsoleParts, 'client' | 'tray' | 'preferences' | 'screen'>

function windowsOf({ client, tray, preferences, screen }: Parts): Windows {
  async function open(wanted: WindowLook['screen']): Promise<void> {
    const chosen = WarehouseId.safeParse(preferences.getState().warehouseId)
    try {
      await client.ask('window.open', { screen: wanted, warehouseId: chosen.data ?? null })
    } catch (caught) {
      const { code } = asIpcError('window.open', caught)
      tray.note(code === 'rate-limited' ? t('window.too-many') : t(`error.${code}`), 'bad')
    }
  }
  return {
    openSame: () =>
      open(WindowScreen.options.find((option) => option === screen.getState().screen) ?? 'stock'),
    openBoard: () => open('board'),
  }
}

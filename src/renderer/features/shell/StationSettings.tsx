import { useEffect, useState } from 'react'
import { Check } from 'lucide-react'
import { Header, MenuItem, MenuSection, type Selection } from 'react-aria-components'
import { useStore } from 'zustand'
import type { Answer } from '#shared/protocol/contract.ts'
import { asIpcError } from '../../bridge/client.ts'
import menu from '../../components/Menu.module.css'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'

/** How this station calls somebody who is not looking: each can be switched off. */
export function StationSettings(): React.ReactNode {
  const { chime } = useConsole()
  const sound = useStore(chime.store, (state) => state.sound)
  const desktop = useDesktopNotifications()
  const on = [...(sound === 'on' ? ['sound'] : []), ...(desktop.state?.wanted ? ['desktop'] : [])]
  function onChange(chosen: Selection): void {
    const has = (key: string): boolean => chosen === 'all' || chosen.has(key)
    if (has('sound') !== (sound === 'on')) chime.set(has('sound') ? 'on' : 'off')
    if (desktop.state && has('desktop') !== desktop.state.wanted) void desktop.set(has('desktop'))
  }
  const isSupported = desktop.state?.supported ?? false
  return (
    <MenuSection selectionMode="multiple" selectedKeys={on} onSelectionChange={onChange}>
      <Header className={menu['heading'] ?? ''}>{t('settings.station')}</Header>
      <Switch id="sound" word={t('settings.sound')} />
      <Switch
        id="desktop"
        word={t('settings.desktop')}
        isDisabled={!isSupported}
        meta={desktop.state && !isSupported ? t('settings.desktop.unsupported') : null}
      />
    </MenuSection>
  )
}

interface SwitchProps {
  readonly id: string
  readonly word: string
  readonly isDisabled?: boolean
  readonly meta?: string | null
}

function Switch({ id, word, isDisabled = false, meta = null }: SwitchProps): React.ReactNode {
  return (
    <MenuItem id={id} className={menu['item'] ?? ''} textValue={word} isDisabled={isDisabled}>
      {({ isSelected }) => (
        <>
          <span className={menu['check']}>{isSelected && <Check size={14} aria-hidden />}</span>
          <span className={menu['word']}>{word}</span>
          {meta !== null && <span className={menu['meta']}>{meta}</span>}
        </>
      )}
    </MenuItem>
  )
}

type Desktop = Answer<'settings.desktop-notifications'>

/** Whether this station tells of news on the desktop; null until the main process has said so. */
function useDesktopNotifications(): { state: Desktop | null; set(wanted: boolean): Promise<void> } {
  const { client, tray } = useConsole()
  const [state, setState] = useState<Desktop | null>(null)
  useEffect(() => {
    let isGone = false
    client.ask('settings.desktop-notifications', { wanted: null }).then(
      (answer) => !isGone && setState(answer),
      // The switch stays out of reach; whoever opens the menu again asks again.
      () => undefined,
    )
    return () => {
      isGone = true
    }
  }, [client])
  return {
    state,
    async set(wanted) {
      try {
        setState(await client.ask('settings.desktop-notifications', { wanted }))
      } catch (caught) {
        const why = t(`error.${asIpcError('settings.desktop-notifications', caught).code}`)
        tray.note(t('settings.not-kept', { why }), 'bad')
      }
    },
  }
}

import { memo } from 'react'
import {
  Activity,
  Check,
  ChevronDown,
  FileInput,
  FileOutput,
  Keyboard,
  LayoutDashboard,
  LogOut,
  type LucideIcon,
} from 'lucide-react'
import {
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
  type Selection,
} from 'react-aria-components'
import { useStore } from 'zustand'
import { Button } from '../../components/Button.tsx'
import menu from '../../components/Menu.module.css'
import { useConsole } from '../../hooks/console.tsx'
import { themeChoices, type ThemeChoice } from '../../stores/preferences.ts'
import { t } from '../../texts/text.ts'
import { useWorkFiles } from '../work/use-work-files.ts'
import type { ShownStatus } from './shown-status.ts'
import { StationSettings } from './StationSettings.tsx'
import { useWindows } from './use-windows.ts'

type User = NonNullable<ShownStatus['user']>

/** Who works here, how the window looks, and the way out. */
export const UserMenu = memo(function UserMenu({ user }: { user: User }): React.ReactNode {
  const { preferences, screen } = useConsole()
  const theme = useStore(preferences, (state) => state.theme)
  const files = useWorkFiles()
  const windows = useWindows()
  const name = user.displayName || user.email
  const onTheme = (chosen: Selection): void => {
    const choice = themeChoices.find((candidate) => chosen !== 'all' && chosen.has(candidate))
    if (choice) preferences.setState({ theme: choice })
  }
  return (
    <MenuTrigger>
      <Button look="quiet" aria-label={t('user.menu', { name })}>
        {name}
        <ChevronDown size={14} aria-hidden />
      </Button>
      <Popover className={menu['popover'] ?? ''} placement="bottom end">
        <Menu className={menu['menu'] ?? ''}>
          <MenuSection>
            <Header className={`${menu['heading']} ${menu['person']}`}>
              <strong>{name}</strong>
              {name !== user.email && user.email}
            </Header>
          </MenuSection>
          <Separator className={menu['line'] ?? ''} />
          <MenuSection selectionMode="single" selectedKeys={[theme]} onSelectionChange={onTheme}>
            <Header className={menu['heading'] ?? ''}>{t('theme.label')}</Header>
            {themeChoices.map((choice) => (
              <ThemeItem key={choice} choice={choice} />
            ))}
          </MenuSection>
          <Separator className={menu['line'] ?? ''} />
          <StationSettings />
          <Separator className={menu['line'] ?? ''} />
          <Entry
            word={t('screen.diagnostics')}
            icon={Activity}
            onAction={() => screen.setState({ screen: 'diagnostics' })}
          />
          <Entry
            word={t('user.keys')}
            icon={Keyboard}
            onAction={() => screen.setState({ overlay: 'keys' })}
            meta="?"
          />
          <Entry word={t('window.board')} icon={LayoutDashboard} onAction={() => void windows.openBoard()} />
          {/* For a station that cannot send its work. */}
          <Entry word={t('file.export')} icon={FileOutput} onAction={() => void files.exportUnsent()} />
          <Entry word={t('file.import')} icon={FileInput} onAction={() => void files.importUnsent()} />
          <Entry
            word={t('user.sign-out')}
            icon={LogOut}
            onAction={() => screen.setState({ overlay: 'sign-out' })}
          />
        </Menu>
      </Popover>
    </MenuTrigger>
  )
})

interface EntryProps {
  readonly word: string
  readonly icon: LucideIcon
  readonly meta?: string
  onAction(): void
}

function Entry({ word, icon: Icon, meta, onAction }: EntryProps): React.ReactNode {
  return (
    <MenuItem className={menu['item'] ?? ''} textValue={word} onAction={onAction}>
      <span className={menu['check']}>
        <Icon size={14} aria-hidden />
      </span>
      <span className={menu['word']}>{word}</span>
      {meta !== undefined && <span className={menu['meta']}>{meta}</span>}
    </MenuItem>
  )
}

function ThemeItem({ choice }: { choice: ThemeChoice }): React.ReactNode {
  return (
    <MenuItem id={choice} className={menu['item'] ?? ''} textValue={t(`theme.${choice}`)}>
      {({ isSelected }) => (
        <>
          <span className={menu['check']}>{isSelected && <Check size={14} aria-hidden />}</span>
          <span className={menu['word']}>{t(`theme.${choice}`)}</span>
        </>
      )}
    </MenuItem>
  )
}

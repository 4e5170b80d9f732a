import {
  Activity,
  Check,
  ChevronDown,
  FileInput,
  FileOutput,
  Keyboard,
  LayoutDashboard,
  LogOut,
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
import { useWindows } from './use-windows.ts'

type User = NonNullable<ShownStatus['user']>

/** Who works here, how the window looks, and the way out. */
export function UserMenu({ user }: { user: User }): React.ReactNode {
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
          <MenuItem
            className={menu['item'] ?? ''}
            textValue={t('screen.diagnostics')}
            onAction={() => screen.setState({ screen: 'diagnostics' })}
          >
            <span className={menu['check']}>
              <Activity size={14} aria-hidden />
            </span>
            <span className={menu['word']}>{t('screen.diagnostics')}</span>
          </MenuItem>
          <MenuItem
            className={menu['item'] ?? ''}
            textValue={t('user.keys')}
            onAction={() => screen.setState({ overlay: 'keys' })}
          >
            <span className={menu['check']}>
              <Keyboard size={14} aria-hidden />
            </span>
            <span className={menu['word']}>{t('user.keys')}</span>
            <span className={menu['meta']}>?</span>
          </MenuItem>
          <MenuItem
            className={menu['item'] ?? ''}
            textValue={t('window.board')}
            onAction={() => void windows.openBoard()}
          >
            <span className={menu['check']}>
              <LayoutDashboard size={14} aria-hidden />
            </span>
            <span className={menu['word']}>{t('window.board')}</span>
          </MenuItem>
          <FileItem name="export" onAction={files.exportUnsent} />
          <FileItem name="import" onAction={files.importUnsent} />
          <MenuItem
            className={menu['item'] ?? ''}
            textValue={t('user.sign-out')}
            onAction={() => screen.setState({ overlay: 'sign-out' })}
          >
            <span className={menu['check']}>
              <LogOut size={14} aria-hidden />
            </span>
            <span className={menu['word']}>{t('user.sign-out')}</span>
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}

/** Unsent work to a file, and from one: for a station that cannot send it. */
function FileItem(props: { name: 'export' | 'import'; onAction: () => Promise<void> }): React.ReactNode {
  const Icon = props.name === 'export' ? FileOutput : FileInput
  return (
    <MenuItem
      className={menu['item'] ?? ''}
      textValue={t(`file.${props.name}`)}
      onAction={() => void props.onAction()}
    >
      <span className={menu['check']}>
        <Icon size={14} aria-hidden />
      </span>
      <span className={menu['word']}>{t(`file.${props.name}`)}</span>
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

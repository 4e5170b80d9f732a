import { useRef } from 'react'
import { SearchX, X } from 'lucide-react'
import { useShortcut } from '../hooks/use-shortcut.ts'
import { Button } from './Button.tsx'
import { Message } from './Message.tsx'
import s from './Pane.module.css'

/** Said in place of what was open and is not to be found (any more). */
export interface Gone {
  readonly title: string
  readonly next: string
  readonly icon?: React.ReactNode
}

interface Props {
  readonly label: string
  readonly closeLabel: string
  /** What it is or how it stands, beside the button that closes it. */
  readonly head: React.ReactNode
  readonly gone: Gone | null
  readonly isBusy?: boolean
  readonly children: React.ReactNode
  onClose(): void
}

/** What is open beside a list: how it stands on top, all of it below. Esc closes it from anywhere in the window. */
export function Pane({ label, closeLabel, head, gone, isBusy, children, onClose }: Props): React.ReactNode {
  const ref = useRef<HTMLElement>(null)
  useShortcut('Escape', onClose, { within: ref })
  return (
    <aside ref={ref} className={s['pane']} aria-label={label} aria-busy={isBusy}>
      <header className={s['header']}>
        {head}
        <Button look="quiet" size="small" aria-label={closeLabel} onPress={onClose}>
          <X size={16} aria-hidden />
        </Button>
      </header>
      {gone ? (
        <Message icon={gone.icon ?? <SearchX size={20} />} title={gone.title}>
          {gone.next}
        </Message>
      ) : (
        <div className={s['content']}>{children}</div>
      )}
    </aside>
  )
}

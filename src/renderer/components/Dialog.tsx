import { X } from 'lucide-react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { cx } from '../lib/cx.ts'
import { t } from '../texts/text.ts'
import { Button } from './Button.tsx'
import s from './Dialog.module.css'

interface Props {
  readonly title: string
  readonly onClose: () => void
  readonly children: React.ReactNode
  /** `alertdialog` is for a question: it has no close button, only its answers. */
  readonly role?: 'dialog' | 'alertdialog'
  readonly width?: 'narrow' | 'wide'
  /** What lies behind it cannot be read. */
  readonly isBlind?: boolean
}

/** A modal dialog: keeps the focus, closes with Esc, gives the focus back. */
export function Dialog({
  title,
  onClose,
  children,
  role = 'dialog',
  width = 'narrow',
  isBlind = false,
}: Props): React.ReactNode {
  return (
    <ModalOverlay
      className={cx(s['overlay'], isBlind && s['blind'])}
      isOpen
      isDismissable={role === 'dialog'}
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <Modal className={`${s['modal']} ${s[width]}`}>
        <AriaDialog className={s['dialog'] ?? ''} role={role}>
          <header className={s['header']}>
            <Heading slot="title" className={s['title'] ?? ''}>
              {title}
            </Heading>
            {role === 'dialog' && (
              <Button look="quiet" size="small" aria-label={t('dialog.close')} onPress={onClose}>
                <X size={16} aria-hidden />
              </Button>
            )}
          </header>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

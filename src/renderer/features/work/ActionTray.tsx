import { useEffect } from 'react'
import { useStore } from 'zustand'
import { Info, TriangleAlert, X } from 'lucide-react'
import { SECOND_MS } from '#shared/lib/time.ts'
import { Button } from '../../components/Button.tsx'
import { Shape } from '../../components/Shape.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useShortcut } from '../../hooks/use-shortcut.ts'
import { useWorkDetail } from '../../hooks/use-work.ts'
import type { TrayLine } from '../../stores/tray.ts'
import { t } from '../../texts/text.ts'
import { isConnected, type ShownStatus } from '../shell/shown-status.ts'
import { commandWords } from './command-words.ts'
import { receiptWords, type Sending } from './receipt-words.ts'
import { refusalWords } from './refusal-words.ts'
import { tickOf } from './ticks.ts'
import { UndoButton } from './UndoButton.tsx'
import { useDo } from './use-do.ts'
import { useNames } from './Words.tsx'
import s from './ActionTray.module.css'

/** The receipts of what was done last, each with where it stands and its way back; Ctrl+Z undoes the newest. */
export function ActionTray({ status }: { status: ShownStatus }): React.ReactNode {
  const { tray } = useConsole()
  const lines = useStore(tray.store, (state) => state.lines)
  const newest = lines.find((line) => line.kind === 'receipt')
  const { value: detail } = useWorkDetail(newest?.id ?? null)
  const { undo } = useDo()
  // With Ctrl or Cmd: a scanner types letters wherever the focus is, and must not undo anything.
  useShortcut('z', () => detail?.item.undoable && void undo(detail.item), { mod: true, polite: true })
  const sending: Sending =
    status.link.at === 'signed-out' ? 'signed-out' : isConnected(status) ? 'now' : 'offline'
  return (
    <section className={s['tray']} aria-label={t('receipt.label')} role="log">
      {lines.map((line) =>
        line.kind === 'receipt' ? (
          <Receipt key={line.id} line={line} sending={sending} />
        ) : (
          <Note key={line.id} line={line} />
        ),
      )}
    </section>
  )
}

/** What is in the system without a doubt needs nobody: it goes by itself, and stays in the work list. */
const LINGER_MS = 12 * SECOND_MS

function Receipt(props: { line: Extract<TrayLine, { kind: 'receipt' }>; sending: Sending }): React.ReactNode {
  const { tray, screen } = useConsole()
  const { id, doubt } = props.line
  const { value: detail } = useWorkDetail(id)
  const names = useNames(detail?.item ?? {})
  const isDone = detail != null && doubt === null && hasEnded(detail.item.state)
  useEffect(() => {
    if (!isDone) return
    const timer = setTimeout(() => tray.close(id), LINGER_MS)
    return () => clearTimeout(timer)
  }, [isDone, tray, id])
  if (!detail) return null
  const { item } = detail
  const { shape, tone } = tickOf(item)
  return (
    <div className={s['line']} data-tone={item.state === 'refused' ? 'bad' : undefined}>
      <Shape name={shape} tone={tone} />
      <div className={s['words']}>
        <p className={s['what']}>{commandWords(item.command, names)}</p>
        <p className={s['state']}>{receiptWords(item, names, props.sending)}</p>
        {doubt !== null && (
          <p className={s['doubt']}>
            <TriangleAlert size={14} aria-hidden />
            <span>{t('receipt.doubt', { sentence: refusalWords(doubt, names, 'now') })}</span>
          </p>
        )}
      </div>
      {item.state === 'refused' ? (
        <Button onPress={() => screen.setState({ screen: 'refused', workId: id })}>
          {t('receipt.look')}
        </Button>
      ) : (
        <UndoButton item={item} />
      )}
      <Close id={id} />
    </div>
  )
}

const hasEnded = (state: string): boolean =>
  ['applied', 'settled', 'taken-back', 'discarded', 'amended'].includes(state)

function Note({ line }: { line: Extract<TrayLine, { kind: 'note' }> }): React.ReactNode {
  const Icon = line.tone === 'bad' ? TriangleAlert : Info
  return (
    <div className={s['line']} data-tone={line.tone}>
      <Icon size={14} aria-hidden />
      <p className={s['words']}>{line.text}</p>
      <Close id={line.id} />
    </div>
  )
}

function Close({ id }: { id: string }): React.ReactNode {
  const { tray } = useConsole()
  return (
    <Button look="quiet" size="small" aria-label={t('receipt.close')} onPress={() => tray.close(id)}>
      <X size={16} aria-hidden />
    </Button>
  )
}

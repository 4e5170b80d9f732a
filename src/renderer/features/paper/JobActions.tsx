import { useEffect, useState } from 'react'
import { FileDown, Printer } from 'lucide-react'
import type { LabelPrinter, PaperJob } from '#shared/protocol/paper.ts'
import { Button } from '../../components/Button.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'
import { LabelPrinterDialog } from './LabelPrinterDialog.tsx'
import { usePaperAsk } from './use-paper-ask.ts'
import s from './paper.module.css'

/** What is done with a job: the system's printing, a file, or this station's label printer. */
export function JobActions({ job }: { job: PaperJob | null }): React.ReactNode {
  const { client, tray } = useConsole()
  const [printer, setPrinter] = useState<LabelPrinter | null>(null)
  const [isSettingUp, setSettingUp] = useState(false)
  const printing = usePaperAsk((why) => t('print.not-printed', { why }))
  const saving = usePaperAsk((why) => t('print.not-saved', { why }))
  useEffect(() => {
    let isGone = false
    // Without an answer there is none to offer; printing and saving are there all the same.
    client.ask('paper.printer', {}).then(
      (answer) => !isGone && setPrinter(answer.printer),
      () => undefined,
    )
    return () => {
      isGone = true
    }
  }, [client])
  const isBusy = printing.isBusy || saving.isBusy
  const isRoll = job !== null && job.kind !== 'pick-list' && job.size !== 'a4-3x8'

  async function print(): Promise<void> {
    const answer = job && (await printing.ask('paper.print', { job }))
    if (answer?.isPrinted) tray.note(t('print.printed'))
  }
  async function save(as: 'pdf' | 'zpl'): Promise<void> {
    const answer = job && (await saving.ask('paper.save', { job, as }))
    if (answer?.file) tray.note(t('print.saved', { file: answer.file }))
  }
  async function send(): Promise<void> {
    const answer = job && (await printing.ask('paper.send', { job }))
    if (answer) tray.note(t(`print.end.${answer.end}`), answer.end === 'sent' ? 'plain' : 'bad')
  }

  return (
    <div className={s['jobactions']}>
      <Button look="main" isDisabled={job === null || isBusy} onPress={() => void print()}>
        <Printer size={16} aria-hidden />
        {t('print.print')}
      </Button>
      <Button isDisabled={job === null || isBusy} onPress={() => void save('pdf')}>
        <FileDown size={16} aria-hidden />
        {t('print.pdf')}
      </Button>
      {isRoll && (
        <>
          <Button isDisabled={isBusy} onPress={() => void save('zpl')}>
            {t('print.zpl')}
          </Button>
          {printer && (
            <Button isDisabled={isBusy} onPress={() => void send()}>
              {t('print.send', { host: printer.host })}
            </Button>
          )}
          <Button look="quiet" onPress={() => setSettingUp(true)}>
            {t(printer ? 'print.printer-change' : 'print.send-set-up')}
          </Button>
        </>
      )}
      {isSettingUp && (
        <LabelPrinterDialog
          printer={printer}
          onClose={() => setSettingUp(false)}
          onKept={(kept) => {
            setPrinter(kept)
            setSettingUp(false)
          }}
        />
      )}
    </div>
  )
}

import { useState } from 'react'
import { LabelPrinter } from '#shared/protocol/paper.ts'
import { Button } from '../../components/Button.tsx'
import { Dialog } from '../../components/Dialog.tsx'
import { TextField } from '../../components/TextField.tsx'
import { t } from '../../texts/text.ts'
import { usePaperAsk } from './use-paper-ask.ts'
import s from './paper.module.css'

interface Props {
  readonly printer: LabelPrinter | null
  onClose(): void
  onKept(printer: LabelPrinter | null): void
}

/** Where this station's label printer is. */
export function LabelPrinterDialog({ printer, onClose, onKept }: Props): React.ReactNode {
  const [host, setHost] = useState(printer?.host ?? '')
  const [port, setPort] = useState(String(printer?.port ?? 9100))
  const [faults, setFaults] = useState({ host: false, port: false })
  const { ask, isBusy } = usePaperAsk((why) => t('import.failed', { why }))

  async function keep(kept: LabelPrinter | null): Promise<void> {
    if (await ask('paper.keep-printer', { printer: kept })) onKept(kept)
  }
  function submit(event: React.SubmitEvent): void {
    event.preventDefault()
    const read = LabelPrinter.safeParse({ host: host.trim(), port: Number(port) })
    if (read.success) return void keep(read.data)
    const wrong = new Set(read.error.issues.map(({ path }) => path[0]))
    setFaults({ host: wrong.has('host'), port: wrong.has('port') })
  }

  return (
    <Dialog title={t('printer.title')} onClose={onClose}>
      <form className={s['printer']} noValidate onSubmit={submit}>
        <p className={s['next']}>{t('printer.next')}</p>
        <TextField
          label={t('printer.host')}
          type="text"
          autoComplete="off"
          isFirst
          value={host}
          error={faults.host ? t('printer.host.error') : null}
          onChange={setHost}
        />
        <TextField
          label={t('printer.port')}
          type="text"
          autoComplete="off"
          hint={t('printer.port.hint')}
          value={port}
          error={faults.port ? t('printer.port.error') : null}
          onChange={setPort}
        />
        <div className={s['actions']}>
          <Button look="main" type="submit" isDisabled={isBusy}>
            {t('printer.keep')}
          </Button>
          {printer && (
            <Button isDisabled={isBusy} onPress={() => void keep(null)}>
              {t('printer.none')}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  )
}

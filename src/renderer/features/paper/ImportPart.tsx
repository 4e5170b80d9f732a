import { CircleCheck, FileUp, FileWarning, OctagonPause, ShieldQuestion } from 'lucide-react'
import type { ImportCounts, ImportState } from '#shared/protocol/import.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { Fact } from '../../components/Fact.tsx'
import { Message } from '../../components/Message.tsx'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import type { ShownStatus } from '../shell/shown-status.ts'
import { rightsIn } from '../work/rights.ts'
import { ImportChecked } from './ImportChecked.tsx'
import { importParts } from './import-words.ts'
import { Progress } from './Progress.tsx'
import { usePaperAsk } from './use-paper-ask.ts'
import s from './paper.module.css'

interface Props {
  readonly status: ShownStatus
  readonly warehouse: WarehouseChoice
  readonly state: ImportState
}

/** One file on its way in: chosen, checked, sent, done; and what to do where it stands still. */
export function ImportPart({ status, warehouse, state }: Props): React.ReactNode {
  const asking = usePaperAsk((why) => t('import.failed', { why }))
  const may = rightsIn(status, warehouse.id).role === 'manager'
  if (!may && state.at === 'none')
    return (
      <Message icon={<ShieldQuestion size={20} />} title={t('import.not-allowed.title')}>
        {t('import.not-allowed.next', { warehouse: warehouse.name })}
      </Message>
    )
  const isLive = status.link.at === 'live' || status.link.at === 'degraded'
  const offline = isLive ? null : <p className={s['note']}>{t('import.offline')}</p>
  const choose = (): void => void asking.ask('import.choose', { warehouseId: warehouse.id })
  const forget = (): void => void asking.ask('import.forget', {})
  const go = (): void => void asking.ask('import.go', {})
  const file = 'file' in state ? fileNameOf(state.file) : ''

  switch (state.at) {
    case 'none':
      return (
        <Message
          icon={<FileUp size={20} />}
          title={t('import.title')}
          action={
            <Button look="main" isDisabled={asking.isBusy} onPress={choose}>
              {t('import.choose')}
            </Button>
          }
        >
          <p>{t('import.next')}</p>
          {offline}
        </Message>
      )
    case 'reading':
      return (
        <Message title={t('import.reading', { file })}>
          <Progress
            words={t('import.reading.lines', { lines: state.lines })}
            done={state.readBytes}
            total={state.totalBytes}
            stop={{ word: t('import.stop'), run: () => void asking.ask('import.stop', {}) }}
          />
        </Message>
      )
    case 'unreadable':
      return (
        <Message
          icon={<FileWarning size={20} />}
          title={t('import.unreadable', { file })}
          action={
            <>
              <Button look="main" onPress={choose}>
                {t('import.choose-other')}
              </Button>
              <Button onPress={forget}>{t('import.forget')}</Button>
            </>
          }
        >
          {unreadableWords(state)}
        </Message>
      )
    case 'checked':
      return (
        <ImportChecked
          file={file}
          check={state.check}
          warehouse={warehouse.name}
          offline={offline}
          asking={asking}
          onGo={go}
          onChoose={choose}
          onForget={forget}
        />
      )
    case 'sending':
      return (
        <Message title={t('import.sending', { file })}>
          <Progress
            words={
              state.isBooking
                ? t('import.booking')
                : t('import.sending.rows', { done: state.doneRows, total: state.totalRows })
            }
            done={state.doneRows}
            total={state.isBooking ? 0 : state.totalRows}
            stop={{ word: t('import.stop'), run: () => void asking.ask('import.stop', {}) }}
          />
        </Message>
      )
    case 'broken':
      return (
        <Message
          icon={<OctagonPause size={20} />}
          title={t('import.broken', { file })}
          action={
            <>
              <Button look="main" isDisabled={asking.isBusy} onPress={go}>
                {t('import.go-on')}
              </Button>
              <Button onPress={forget}>{t('import.forget')}</Button>
            </>
          }
        >
          <p>{t(`import.broken.${state.because}`)}</p>
          <p>{t('import.broken.rows', { done: state.doneRows, total: state.totalRows })}</p>
        </Message>
      )
    case 'done':
      return (
        <Message
          icon={<CircleCheck size={20} />}
          title={t('import.done', { file })}
          action={
            <Button look="main" onPress={forget}>
              {t('import.done.again')}
            </Button>
          }
        >
          <p>{t('import.done.next', { warehouse: warehouse.name })}</p>
          <Booked planned={state.planned} booked={state.booked} />
        </Message>
      )
  }
}

function Booked({ planned, booked }: { planned: ImportCounts; booked: ImportCounts }): React.ReactNode {
  return (
    <dl className={s['booked']}>
      {importParts
        .filter((part) => planned[part] > 0)
        .map((part) => {
          const count = planned[part] - booked[part]
          return (
            <Fact key={part} name={t(`import.part.${part}`)}>
              {formatNumber(booked[part])}
              {count > 0 && <span className={s['meta']}> {t('import.known', { count })}</span>}
            </Fact>
          )
        })}
    </dl>
  )
}

function unreadableWords(state: Extract<ImportState, { at: 'unreadable' }>): string {
  switch (state.because) {
    case 'open-quote':
      return t('import.file.open-quote', { line: state.line ?? 0 })
    case 'unknown-columns':
      return t('import.file.unknown-columns', { found: state.found.filter(Boolean).join(', ') || '–' })
    default:
      return t(`import.file.${state.because}`)
  }
}

/** The last part of a path of either kind of system. */
const fileNameOf = (path: string): string => path.split(/[/\\]/).at(-1) ?? path

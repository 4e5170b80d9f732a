import type { ExceptionRow } from '#shared/protocol/alerts.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { Kbd } from '../../components/Kbd.tsx'
import { Pane } from '../../components/Pane.tsx'
import { useLetterKey } from '../../hooks/use-letter-key.ts'
import { t } from '../../texts/text.ts'
import { AcknowledgeForm } from '../alerts/AcknowledgeForm.tsx'
import { AlertFacts } from '../alerts/AlertFacts.tsx'
import { OpenAbout } from '../alerts/OpenAbout.tsx'
import { whyRefused } from '../alerts/why-refused.ts'
import type { Rights } from '../work/rights.ts'
import { AnsweredMark, KindMark } from './columns.tsx'
import { exceptionWords } from './exception-words.ts'
import { nextActionOf } from './next-action.ts'
import { useExceptionActions } from './use-exception-actions.ts'
import s from '../alerts/AlertPane.module.css'

interface Props {
  /** Null when it is not in the list (any more). */
  readonly row: ExceptionRow | null
  readonly warehouse: WarehouseChoice
  readonly may: Rights
  onClose(): void
}

/** One exception: what happened, its next action, and the facts then. */
export function ExceptionPane({ row, warehouse, may, onClose }: Props): React.ReactNode {
  return (
    <Pane
      label={t('exception.label')}
      closeLabel={t('exception.close')}
      head={row && <KindMark kind={row.kind} />}
      gone={row ? null : { title: t('exception.gone.title'), next: t('exception.gone.next') }}
      onClose={onClose}
    >
      {row && (
        <>
          <h2 className={s['what']}>{exceptionWords(row)}</h2>
          {row.product && <p className={s['name']}>{row.product.name}</p>}
          {row.kind === 'refused_work' && <WhyRefused row={row} />}
          {row.answered && (
            <p className={s['state']}>
              <AnsweredMark kind={row.kind} />
            </p>
          )}
          <Actions row={row} warehouse={warehouse} may={may} />
          <AlertFacts row={row} />
        </>
      )}
    </Pane>
  )
}

/** What the server had said to whoever handed it over. */
function WhyRefused({ row }: { row: ExceptionRow }): React.ReactNode {
  const why = whyRefused(row)
  return why !== null && <p className={s['body']}>{why}</p>
}

function Actions(props: { row: ExceptionRow; warehouse: WarehouseChoice; may: Rights }): React.ReactNode {
  const { row, warehouse, may } = props
  const { run, acknowledge } = useExceptionActions(warehouse.id)
  // Work that was handed over stays on the desk until one of the two has settled it.
  const isDone = row.answered && row.kind !== 'refused'
  const next = isDone ? null : nextActionOf(row, warehouse.id, may)
  const isAcknowledged = next?.kind === 'acknowledge'
  useLetterKey('n', () => next !== null && void run(row, next))
  return (
    <>
      <div className={s['actions']}>
        {next !== null && !isAcknowledged && (
          <Button look="main" onPress={() => void run(row, next)}>
            {t(next.word)}
            <span className={s['key']} aria-hidden>
              <Kbd>N</Kbd>
            </span>
          </Button>
        )}
        {/* Counting is the next action already. */}
        <OpenAbout row={row} warehouseId={warehouse.id} mayWork={false} />
        {row.alertId !== null && !row.answered && may.work && (
          <AcknowledgeForm
            word={t(row.kind === 'short_pick' ? 'exception.acknowledge.short_pick' : 'exception.acknowledge')}
            look={isAcknowledged ? 'main' : 'plain'}
            onAcknowledge={(note) => void acknowledge(row, note)}
          />
        )}
      </div>
      {!may.work && row.kind !== 'refused' && (
        <p className={s['viewer']}>{t('exception.viewer', { warehouse: warehouse.name })}</p>
      )}
    </>
  )
}

import type { RowId, UserId } from '#shared/domain/ids.ts'
import type { AlertListRow } from '#shared/protocol/alerts.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Moment } from '../../components/Moment.tsx'
import { Pane } from '../../components/Pane.tsx'
import { Shape } from '../../components/Shape.tsx'
import { useAlertDetail } from '../../hooks/use-alerts.ts'
import { t } from '../../texts/text.ts'
import { LocalMoment } from '../work/LocalTime.tsx'
import { AcknowledgeForm } from './AcknowledgeForm.tsx'
import { alertWords } from './alert-words.ts'
import { AlertFacts } from './AlertFacts.tsx'
import { AnswerButtons } from './AnswerButtons.tsx'
import { OpenAbout } from './OpenAbout.tsx'
import { Receipts } from './Receipts.tsx'
import { SeverityMark } from './SeverityMark.tsx'
import { whyRefused } from './why-refused.ts'
import { useAlertActions } from './use-alert-actions.ts'
import s from './AlertPane.module.css'

interface Props {
  readonly id: string
  /** As the list has it, until its detail has come. */
  readonly row: AlertListRow | null
  readonly warehouse: WarehouseChoice
  readonly userId: UserId | null
  readonly mayWork: boolean
  onClose(): void
}

/** One alert: what is wrong, the facts then, who said it, who has answered; and what to do about it. */
export function AlertPane({ id, row, warehouse, userId, mayWork, onClose }: Props): React.ReactNode {
  const { value: detail } = useAlertDetail(warehouse.id, id)
  const alert = detail === undefined ? row : (detail?.alert ?? null)
  const why = alert && whyRefused(alert)
  return (
    <Pane
      label={t('alert.label')}
      closeLabel={t('alert.close')}
      head={alert && <SeverityMark severity={alert.severity} />}
      gone={detail === null ? { title: t('alert.gone.title'), next: t('alert.gone.next') } : null}
      onClose={onClose}
    >
      {alert && (
        <>
          <h2 className={s['what']}>{alertWords(alert)}</h2>
          {alert.product && <p className={s['name']}>{alert.product.name}</p>}
          {why !== null && <p className={s['body']}>{why}</p>}
          <Acknowledged alert={alert} userId={userId} />
          <Actions alert={alert} warehouse={warehouse} mayWork={mayWork} />
          {detail && <Receipts detail={detail} />}
          <AlertFacts row={alert} />
        </>
      )}
    </Pane>
  )
}

function Acknowledged(props: { alert: AlertListRow; userId: UserId | null }): React.ReactNode {
  const { acknowledged } = props.alert
  if (acknowledged === null) return null
  const { name, at, sent, note } = acknowledged
  const isYou = acknowledged.userId !== null && acknowledged.userId === props.userId
  const words = isYou
    ? t(sent ? 'alert.acknowledged-by.you' : 'alert.acknowledged-by.unsent')
    : t('alert.acknowledged-by', { name })
  return (
    <p className={s['state']}>
      <Shape name={sent ? 'two-checks' : 'check'} tone={sent ? 'good' : 'warn'} />
      {words}
      {/* What is not sent was written down by this terminal's own clock. */}
      {sent ? <Moment at={at} /> : <LocalMoment at={at} />}
      {note !== null && <span className={s['quote']}>{t('alert.acknowledged.note', { note })}</span>}
    </p>
  )
}

function Actions(props: {
  alert: AlertListRow
  warehouse: WarehouseChoice
  mayWork: boolean
}): React.ReactNode {
  const { alert, warehouse, mayWork } = props
  const { acknowledge, answer } = useAlertActions()
  const { kind } = alert
  const asks = kind === 'message' || kind === 'drill'
  const isOpen = alert.acknowledged === null
  const asked = {
    id: alert.id as RowId,
    warehouseId: warehouse.id,
    from: alert.raisedBy?.name ?? '',
    minutes: minutesOf(alert),
  }
  return (
    <>
      {asks && alert.mine !== null && (
        <p className={s['state']}>
          <Shape
            name={alert.mine === 'declined' ? 'cross' : 'check'}
            tone={alert.mine === 'declined' ? 'plain' : 'good'}
          />
          {t(`alert.mine.${alert.mine}`)}
        </p>
      )}
      <div className={s['actions']}>
        {asks && isOpen && mayWork && alert.mine === null && (
          <AnswerButtons kind={kind} onAnswer={(given) => void answer(asked, given)} />
        )}
        <OpenAbout row={alert} warehouseId={warehouse.id} mayWork={mayWork} />
        {isOpen && mayWork && (
          <AcknowledgeForm
            word={asks ? t(`alert.acknowledge.${kind}`) : t('alert.acknowledge')}
            look={asks ? 'plain' : 'main'}
            onAcknowledge={(note) => void acknowledge(warehouse.id, alert, note)}
          />
        )}
      </div>
      {!mayWork && <p className={s['viewer']}>{t('alert.viewer', { warehouse: warehouse.name })}</p>}
    </>
  )
}

function minutesOf({ facts }: AlertListRow): number | null {
  const minutes = facts['minutes']
  return typeof minutes === 'number' ? minutes : null
}

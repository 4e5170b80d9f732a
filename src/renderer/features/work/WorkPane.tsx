import type { MutationId } from '#shared/domain/ids.ts'
import type { WorkDetail, WorkItem } from '#shared/protocol/work.ts'
import { Pane } from '../../components/Pane.tsx'
import { PanePart } from '../../components/PanePart.tsx'
import { Fact } from '../../components/Fact.tsx'
import { useWorkDetail } from '../../hooks/use-work.ts'
import { t } from '../../texts/text.ts'
import { commandWords } from './command-words.ts'
import { DeskActions } from './DeskActions.tsx'
import { History, ThenAndNow } from './facts.tsx'
import { LocalMoment } from './LocalTime.tsx'
import { refusalWords } from './refusal-words.ts'
import { TickMark } from './TickMark.tsx'
import { UndoButton } from './UndoButton.tsx'
import { TroubleWords, useNames, wasOffline } from './Words.tsx'
import s from './WorkPane.module.css'

/** One piece of work: what it was, where it stands, its facts then and now, and what can be done about it. */
export function WorkPane({ id, onClose }: { id: MutationId; onClose: () => void }): React.ReactNode {
  const { value: detail } = useWorkDetail(id)
  return (
    <Pane
      label={t('piece.label')}
      closeLabel={t('piece.close')}
      head={detail && <TickMark item={detail.item} />}
      gone={detail === null ? { title: t('piece.gone.title'), next: t('piece.gone.next') } : null}
      onClose={onClose}
    >
      {detail && <Piece detail={detail} />}
    </Pane>
  )
}

function Piece({ detail }: { detail: WorkDetail }): React.ReactNode {
  const { item } = detail
  const names = useNames(item)
  const { command } = item
  return (
    <>
      <h2 className={s['what']}>{commandWords(command, names)}</h2>
      {item.product && <p className={s['name']}>{item.product.name}</p>}
      {item.refusal && (
        <section className={s['refusal']} aria-label={t('piece.why')}>
          {refusalWords(item.refusal, names, wasOffline(item) ? 'offline' : 'then')}
        </section>
      )}
      {item.assigned && <Assigned assigned={item.assigned} />}
      {item.state === 'refused' && <DeskActions detail={detail} />}
      {item.undoable && (
        <div className={s['undo']}>
          <UndoButton item={item} />
        </div>
      )}
      {detail.doubt && (
        <PanePart title={t('piece.doubt')}>{refusalWords(detail.doubt, names, 'now')}</PanePart>
      )}
      {item.trouble && item.state !== 'refused' && (
        <PanePart title={t('piece.sending')}>
          <TroubleWords item={item} />
        </PanePart>
      )}
      <PanePart>
        <dl>
          <Fact name={t('piece.saved')}>
            <LocalMoment at={item.keptAt} />
          </Fact>
          {'reason' in command && <Fact name={t('piece.reason')}>{command.reason}</Fact>}
          {'reference' in command && command.reference !== null && (
            <Fact name={t('piece.reference')}>{command.reference}</Fact>
          )}
        </dl>
      </PanePart>
      <ThenAndNow detail={detail} />
      <History history={detail.history} />
    </>
  )
}

function Assigned({ assigned }: { assigned: NonNullable<WorkItem['assigned']> }): React.ReactNode {
  const [before, after] = t('piece.assigned', { at: '\u0000', note: assigned.note }).split('\u0000')
  return (
    <p className={s['assigned']}>
      {before}
      <LocalMoment at={assigned.at} />
      {after}
    </p>
  )
}

import type { AlertAnswer } from '#shared/domain/rows.ts'
import type { AlertDetail } from '#shared/protocol/alerts.ts'
import { Age } from '../../components/Age.tsx'
import { PanePart } from '../../components/PanePart.tsx'
import { Shape, type ShapeName, type Tone } from '../../components/Shape.tsx'
import { t } from '../../texts/text.ts'
import s from './AlertPane.module.css'

const looks: Record<AlertAnswer, { name: ShapeName; tone: Tone }> = {
  seen: { name: 'check', tone: 'good' },
  accepted: { name: 'check', tone: 'good' },
  declined: { name: 'cross', tone: 'bad' },
  reported: { name: 'two-checks', tone: 'good' },
}

/** Who has answered a message or a drill, and which stations have not. */
export function Receipts({ detail }: { detail: AlertDetail }): React.ReactNode {
  const { alert, receipts, silent } = detail
  if (alert.receipts === null) return null
  const { answered, stations } = alert.receipts
  return (
    <>
      <PanePart title={t('alert.receipts')} beside={t('alert.receipts.of', { answered, stations })}>
        {receipts.length === 0 && <p className={s['none']}>{t('alert.receipts.none')}</p>}
        <ul>
          {receipts.map(({ id, station, user, answer, at }) => (
            <li key={id} className={s['receipt']}>
              <span>{station?.name ?? t('alert.answer.anywhere')}</span>
              <span className={s['answer']}>
                <Shape {...looks[answer]} />
                {t(`alert.answer.${answer}`)}
              </span>
              <Age at={at} />
              <span className={s['person']}>{user.name}</span>
            </li>
          ))}
        </ul>
      </PanePart>
      {silent.length > 0 && (
        <PanePart title={t('alert.silent')}>
          <ul>
            {silent.map(({ id, name, lastSeenAt }) => (
              <li key={id} className={s['receipt']}>
                <span className={s['answer']}>
                  <Shape name="empty" tone="warn" />
                  {name}
                </span>
                <span className={s['age']}>
                  {lastSeenAt === null ? t('alert.silent.never') : t('alert.silent.seen')}
                  {lastSeenAt !== null && <Age at={lastSeenAt} />}
                </span>
              </li>
            ))}
          </ul>
        </PanePart>
      )}
    </>
  )
}

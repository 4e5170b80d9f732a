import type { WorkDetail } from '#shared/protocol/work.ts'
import { PanePart } from '../../components/PanePart.tsx'
import { StatusIndicator } from '../../components/StatusIndicator.tsx'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { LocalMoment } from './LocalTime.tsx'
import s from './WorkPane.module.css'

type Bin = WorkDetail['binsThen'][number]

/** What the station saw when the work was saved, and what it sees now, side by side; what differs stands out. */
export function ThenAndNow({ detail }: { detail: WorkDetail }): React.ReactNode {
  const { binsThen, binsNow, orderThen, orderNow } = detail
  const names = [...new Set([...binsThen, ...binsNow].map(({ bin }) => bin))].sort()
  if (names.length === 0 && orderThen === null && orderNow === null) return null
  const at = (bins: readonly Bin[], name: string): Bin | undefined => bins.find(({ bin }) => bin === name)
  return (
    <PanePart title={t('piece.facts')}>
      <table className={s['table']}>
        <thead>
          <tr>
            <th scope="col">{t('piece.facts.bin')}</th>
            <th scope="col">{t('piece.facts.then')}</th>
            <th scope="col">{t('piece.facts.now')}</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const [then, now] = [at(binsThen, name), at(binsNow, name)]
            return (
              <tr key={name} data-differs={then?.onHand !== now?.onHand || undefined}>
                <th scope="row">{name}</th>
                <td>
                  <BinFigure bin={then} />
                </td>
                <td>
                  <BinFigure bin={now} />
                </td>
              </tr>
            )
          })}
          {(orderThen !== null || orderNow !== null) && (
            <tr data-differs={orderThen !== orderNow || undefined}>
              <th scope="row">{t('piece.facts.order')}</th>
              <td>{orderThen === null ? t('piece.facts.unknown') : <StatusIndicator order={orderThen} />}</td>
              <td>{orderNow === null ? t('piece.facts.unknown') : <StatusIndicator order={orderNow} />}</td>
            </tr>
          )}
        </tbody>
      </table>
    </PanePart>
  )
}

function BinFigure({ bin }: { bin: Bin | undefined }): React.ReactNode {
  if (!bin) return t('piece.facts.unknown')
  return (
    <>
      <span className={s['figure']}>{formatNumber(bin.onHand)}</span>
      {bin.allocated > 0 && (
        <span className={s['allocated']}>{t('piece.facts.allocated', { count: bin.allocated })}</span>
      )}
    </>
  )
}

/** Everything that happened to it, oldest first. */
export function History({ history }: { history: WorkDetail['history'] }): React.ReactNode {
  return (
    <PanePart title={t('piece.history')}>
      <ol className={s['history']}>
        {history.map(({ at, event, note }) => (
          <li key={`${at} ${event} ${note}`}>
            <span>
              {t(`event.${event}`)}
              {note !== null && <span className={s['said']}> {note}</span>}
            </span>
            <LocalMoment at={at} />
          </li>
        ))}
      </ol>
    </PanePart>
  )
}

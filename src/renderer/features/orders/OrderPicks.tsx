import { useEffect, useState } from 'react'
import type { LedgerMovement } from '#shared/protocol/ledger.ts'
import type { OrderDetail } from '#shared/protocol/orders.ts'
import { asIpcError } from '../../bridge/client.ts'
import { Button } from '../../components/Button.tsx'
import { Moment } from '../../components/Moment.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { formatSigned } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import history from './OrderHistory.module.css'
import s from './OrderLines.module.css'

type Picks =
  | { readonly at: 'asking' }
  | { readonly at: 'told'; readonly movements: readonly LedgerMovement[] }
  | { readonly at: 'failed'; readonly reason: string }

const MOST = 100

/** Who picked what, and when: the server's ledger, asked when somebody looks and when what was picked has changed. */
export function OrderPicks({
  detail,
  isOffline,
}: {
  detail: OrderDetail
  isOffline: boolean
}): React.ReactNode {
  const { picks, again } = usePicks(detail, isOffline)
  return (
    <section className={s['part']} aria-label={t('order.picks')}>
      <h3 className={s['heading']}>{t('order.picks')}</h3>
      {isOffline && <p className={s['none']}>{t('order.picks.offline')}</p>}
      {!isOffline && picks.at === 'asking' && <p className={s['none']}>{t('order.picks.asking')}</p>}
      {!isOffline && picks.at === 'failed' && (
        <p className={s['none']}>
          {t('order.picks.failed', { reason: picks.reason })}{' '}
          <Button size="small" onPress={again}>
            {t('order.picks.again')}
          </Button>
        </p>
      )}
      {picks.at === 'told' && <Movements movements={picks.movements} />}
    </section>
  )
}

function Movements({ movements }: { movements: readonly LedgerMovement[] }): React.ReactNode {
  if (movements.length === 0) return <p className={s['none']}>{t('order.picks.none')}</p>
  return (
    <ul className={s['lines']}>
      {movements.map((movement) => (
        <li key={movement.id} className={history['item']}>
          <span className={history['what']}>
            {t('order.picks.line', {
              quantity: movement.quantity < 0 ? -movement.quantity : formatSigned(movement.quantity),
              sku: movement.product?.sku ?? t('name.product'),
              bin: movement.bin,
            })}
          </span>
          <span className={history['meta']}>
            <span>{movement.person ?? t('order.picks.nobody')}</span>
            {movement.station !== null && <span>{movement.station}</span>}
            <Moment at={movement.happenedAt} />
          </span>
        </li>
      ))}
    </ul>
  )
}

function usePicks(detail: OrderDetail, isOffline: boolean): { picks: Picks; again: () => void } {
  const { client } = useConsole()
  const [picks, setPicks] = useState<Picks>({ at: 'asking' })
  const [tries, setTries] = useState(0)
  const { warehouseId, order } = detail
  const { number, unitsPicked, unsent } = order
  useEffect(() => {
    let isGone = false
    if (isOffline) return
    const question = { warehouseId, filter: { document: number }, before: null, limit: MOST }
    client.ask('ledger.page', question).then(
      ({ movements }) => {
        if (!isGone) setPicks({ at: 'told', movements })
      },
      (caught: unknown) => {
        const { code } = asIpcError('ledger.page', caught)
        if (!isGone) setPicks({ at: 'failed', reason: t(`error.${code}`) })
      },
    )
    return () => {
      isGone = true
    }
    // What is picked and settled meanwhile is asked for anew.
  }, [client, warehouseId, number, unitsPicked, unsent, isOffline, tries])
  return {
    picks,
    again: () => {
      setPicks({ at: 'asking' })
      setTries(tries + 1)
    },
  }
}

import { isToDo } from '#shared/domain/orders.ts'
import type { OrderDetail, OrderLine } from '#shared/protocol/orders.ts'
import { Button } from '../../components/Button.tsx'
import { Figure } from '../../components/Figure.tsx'
import { Shape } from '../../components/Shape.tsx'
import { Unsent } from '../../components/Unsent.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { bestBin, leftOf } from './best-bin.ts'
import s from './OrderLines.module.css'

/** What was ordered, how much of it is picked, and where the rest lies. */
export function OrderLines({ detail, mayWork }: { detail: OrderDetail; mayWork: boolean }): React.ReactNode {
  const { lines, order } = detail
  const isPickable = order.status === 'pending' || order.status === 'picking'
  return (
    <section className={s['part']} aria-label={t('order.lines')}>
      <h3 className={s['heading']}>
        {t('order.lines')} <span className={s['count']}>{formatNumber(lines.length)}</span>
      </h3>
      {lines.length === 0 && <p className={s['none']}>{t('order.no-lines')}</p>}
      <ul className={s['lines']}>
        {lines.map((line) => (
          <Line
            key={line.id}
            line={line}
            detail={detail}
            canPick={mayWork && isPickable && leftOf(line) > 0}
          />
        ))}
      </ul>
    </section>
  )
}

function Line(props: { line: OrderLine; detail: OrderDetail; canPick: boolean }): React.ReactNode {
  const { line, detail } = props
  const { product, picked, ordered } = line
  return (
    <li className={s['line']}>
      <span className={s['what']}>
        <strong className={s['sku']}>{product.sku}</strong>
        <span className={s['figures']}>
          <Figure value={picked} of={line.id} isStrong isUnsent={line.unsentPicked !== 0} />
          <span className={s['ordered']}> / {formatNumber(ordered)}</span>
        </span>
      </span>
      <span className={s['name']} title={product.name}>
        {product.name === '' ? t('order.line.unknown') : product.name}
      </span>
      <span className={s['state']}>
        <LineState line={line} isOpen={isToDo(detail.order.status)} />
        <Unsent amount={line.unsentPicked} />
      </span>
      {props.canPick && <PickKey line={line} detail={detail} />}
    </li>
  )
}

function LineState({ line, isOpen }: { line: OrderLine; isOpen: boolean }): React.ReactNode {
  const left = leftOf(line)
  if (left === 0)
    return (
      <span className={s['sign']}>
        <Shape name="check" tone="good" />
        {t('order.line.done')}
      </span>
    )
  const best = bestBin(line)
  const others = line.bins.length - 1
  return (
    <>
      <span className={s['sign']}>
        <Shape name={line.picked > 0 ? 'dot-in-ring' : 'ring'} tone={line.picked > 0 ? 'warn' : 'plain'} />
        {t('order.line.open', { count: left })}
      </span>
      {isOpen && best && (
        <span className={s['where']}>
          {t('order.line.from', { bin: best.bin, onHand: best.onHand })}
          {others > 0 && ` ${t('order.line.others', { count: others })}`}
        </span>
      )}
      {line.missing > 0 && (
        <span className={s['missing']}>
          <Shape name="triangle" tone="bad" />
          {t('order.line.missing', { count: line.missing })}
        </span>
      )}
    </>
  )
}

/** Opens the form of a pick with the line, the bin and what is left filled in. */
function PickKey({ line, detail }: { line: OrderLine; detail: OrderDetail }): React.ReactNode {
  const { screen } = useConsole()
  const bin = bestBin(line)?.bin
  return (
    <span className={s['pick']}>
      <Button
        aria-label={t('order.line.pick.of', { sku: line.product.sku })}
        onPress={() =>
          screen.setState({
            form: {
              ...{ kind: 'stock', action: 'pick', warehouseId: detail.warehouseId, amends: null },
              productId: line.product.id,
              ...(bin !== undefined && { bin }),
              orderLine: { id: line.id, order: detail.order.number, left: leftOf(line) },
            },
          })
        }
      >
        {t('order.line.pick')}
      </Button>
    </span>
  )
}

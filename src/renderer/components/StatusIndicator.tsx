import type { StockState } from '#shared/domain/stock.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { Millis } from '#shared/lib/time.ts'
import { t } from '../texts/text.ts'
import { Age } from './Age.tsx'
import { Shape, type ShapeName, type Tone } from './Shape.tsx'
import s from './StatusIndicator.module.css'

interface Look {
  readonly shape: ShapeName
  readonly tone: Tone
  /** Someone has to look at it: its word is coloured too. */
  readonly needsLook?: true
}

const stockLooks: Record<StockState, Look> = {
  'in-stock': { shape: 'full', tone: 'good' },
  low: { shape: 'half', tone: 'warn', needsLook: true },
  out: { shape: 'empty', tone: 'bad', needsLook: true },
  oversold: { shape: 'triangle', tone: 'bad', needsLook: true },
}

const orderLooks: Record<OrderStatus, Look> = {
  pending: { shape: 'ring', tone: 'plain' },
  picking: { shape: 'dot-in-ring', tone: 'warn' },
  packed: { shape: 'dot-in-ring', tone: 'warn' },
  shipped: { shape: 'check', tone: 'good' },
  cancelled: { shape: 'cross', tone: 'bad' },
  failed: { shape: 'cross', tone: 'bad', needsLook: true },
}

type Props =
  | { readonly stock: StockState }
  | {
      readonly order: OrderStatus
      /** When it came to this status: how long ago stands beside the word. */
      readonly since?: Millis
    }

/** Shape and colour of an order's status, for where its word stands elsewhere. */
export const orderLook = (status: OrderStatus): Pick<Look, 'shape' | 'tone'> => orderLooks[status]

/** A state as shape, word and colour, in this order. What is well stays quiet; what needs a look has a coloured word. */
export function StatusIndicator(props: Props): React.ReactNode {
  const { shape, tone, needsLook, word } = describe(props)
  return (
    <span className={s['indicator']} data-look={needsLook && tone}>
      <Shape name={shape} tone={tone} />
      <span className={s['word']}>{word}</span>
      {'since' in props && props.since !== undefined && (
        <span className={s['since']}>
          <Age at={props.since} />
        </span>
      )}
    </span>
  )
}

function describe(props: Props): Look & { word: string } {
  if ('stock' in props) return { ...stockLooks[props.stock], word: t(`stock.state.${props.stock}`) }
  return { ...orderLooks[props.order], word: t(`orders.status.${props.order}`) }
}

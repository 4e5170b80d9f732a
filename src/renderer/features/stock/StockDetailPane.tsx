import { PackageX } from 'lucide-react'
import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type { StockDetail, StockRow } from '#shared/protocol/views.ts'
import { Age, ExactTime } from '../../components/Age.tsx'
import { Figure } from '../../components/Figure.tsx'
import { Pane, type Gone } from '../../components/Pane.tsx'
import { PanePart } from '../../components/PanePart.tsx'
import { StatusIndicator } from '../../components/StatusIndicator.tsx'
import { Unsent } from '../../components/Unsent.tsx'
import { Fact } from '../../components/Fact.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { useStockDetail } from '../../hooks/use-status.ts'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { WhyLink } from '../ledger/WhyLink.tsx'
import { asOfText, showsAge, type ShownStatus } from '../shell/shown-status.ts'
import { useIsStale } from '../shell/use-is-stale.ts'
import { PrintLabelButton } from '../paper/PrintButtons.tsx'
import { rightsIn } from '../work/rights.ts'
import { BinTable } from './BinTable.tsx'
import { StockActions } from './StockActions.tsx'
import { StockGauge } from './StockGauge.tsx'
import s from './StockDetailPane.module.css'

interface Props {
  readonly warehouseId: WarehouseId
  readonly productId: ProductId
  /** The list's row of the product, for the moment until the detail is here. */
  readonly row: StockRow | null
  readonly status: ShownStatus
  onClose(): void
}

/** One product in one warehouse: its figures, its bins, its barcodes, each as old as it is. */
export function StockDetailPane(props: Props): React.ReactNode {
  const { value: detail } = useStockDetail(props.warehouseId, props.productId)
  const head = detail ? headOfDetail(detail) : props.row
  const isGone = detail === null || (!head && detail !== undefined)
  return (
    <Pane
      label={t('detail.label', { sku: head?.sku ?? '' })}
      closeLabel={t('detail.close')}
      head={<span className={s['sku']}>{head?.sku}</span>}
      gone={isGone ? gone : null}
      onClose={props.onClose}
    >
      {head && (
        <>
          <h2 className={s['name']}>{head.name}</h2>
          <Figures head={head} status={props.status} />
          <WhyLink productId={props.productId} figure={head.onHand} />
          <StockActions
            warehouseId={props.warehouseId}
            productId={props.productId}
            sku={head.sku}
            role={rightsIn(props.status, props.warehouseId).role}
          />
          {detail && (
            <div className={s['paper']}>
              <PrintLabelButton product={detail.product} />
            </div>
          )}
          {detail && <Details detail={detail} />}
        </>
      )}
    </Pane>
  )
}

const gone: Gone = {
  title: t('detail.gone.title'),
  next: t('detail.gone.next'),
  icon: <PackageX size={20} />,
}

type Head = Pick<
  StockRow,
  | 'id'
  | 'sku'
  | 'name'
  | 'unit'
  | 'onHand'
  | 'allocated'
  | 'available'
  | 'unsentOnHand'
  | 'reorderPoint'
  | 'state'
  | 'changedAt'
>

const headOfDetail = ({ product, ...figures }: StockDetail): Head => ({ ...product, ...figures })

function Figures({ head, status }: { head: Head; status: ShownStatus }): React.ReactNode {
  const isStale = useIsStale(status)
  const asOf = useNow((now) => asOfText(status, now))
  return (
    <div className={s['figures']} data-stale={isStale || undefined}>
      <div className={s['state']}>
        <StatusIndicator stock={head.state} />
        <span className={s['age']}>
          {showsAge(status) ? t('stock.as-of', { asOf }) : <Age at={head.changedAt} />}
        </span>
      </div>
      <dl className={s['trio']}>
        <div className={s['first']}>
          <dt>{t('stock.column.on-hand')}</dt>
          <dd>
            <Figure value={head.onHand} of={head.id} size="hero" isUnsent={head.unsentOnHand !== 0} />
            <Unsent amount={head.unsentOnHand} />
          </dd>
        </div>
        <div>
          <dt>{t('stock.column.allocated')}</dt>
          <dd>
            <Figure value={head.allocated} of={head.id} size="large" />
          </dd>
        </div>
        <div>
          <dt>{t('stock.column.available')}</dt>
          <dd>
            <Figure value={head.available} of={head.id} size="large" />
          </dd>
        </div>
      </dl>
      <StockGauge onHand={head.onHand} available={head.available} reorderPoint={head.reorderPoint} />
    </div>
  )
}

function Details({ detail }: { detail: StockDetail }): React.ReactNode {
  const { product } = detail
  return (
    <>
      <PanePart title={t('detail.bins')}>
        <BinTable bins={detail.bins} />
      </PanePart>
      <PanePart title={t('detail.barcodes')}>
        {product.barcodes.length === 0 && <p className={s['none']}>{t('detail.no-barcodes')}</p>}
        <ul>
          {product.barcodes.map((code) => (
            <li key={code.barcode} className={s['barcode']}>
              <span className={s['code']}>{code.barcode}</span>
              {code.packQuantity > 1 && <span>{t('detail.pack', { count: code.packQuantity })}</span>}
            </li>
          ))}
        </ul>
      </PanePart>
      <PanePart>
        <dl>
          {product.category !== null && <Fact name={t('detail.category')}>{product.category}</Fact>}
          <Fact name={t('detail.unit')}>{product.unit}</Fact>
          <Fact name={t('detail.reorder-point')}>{formatNumber(product.reorderPoint)}</Fact>
          <Fact name={t('detail.changed')}>
            <ExactTime at={detail.changedAt} />
          </Fact>
        </dl>
      </PanePart>
    </>
  )
}

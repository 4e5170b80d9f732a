import { useMemo, useState } from 'react'
import { MAX_LABELS, type PaperJob } from '#shared/protocol/paper.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import type { OrderId } from '#shared/domain/ids.ts'
import { ChoiceField } from '../../components/ChoiceField.tsx'
import type { PaperStart } from '../../stores/paper-start.ts'
import { locale } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { binsOf } from './bin-range.ts'
import { BinLabelForm } from './BinLabelForm.tsx'
import { JobActions } from './JobActions.tsx'
import { pickListTexts } from './pick-list-texts.ts'
import { PickListForm } from './PickListForm.tsx'
import { Preview } from './Preview.tsx'
import { ProductLabelForm, type ChosenLabel } from './ProductLabelForm.tsx'
import s from './paper.module.css'

type Kind = PaperJob['kind']
type Size = Extract<PaperJob, { kind: 'bin-labels' }>['size']
type Symbology = Extract<PaperJob, { kind: 'bin-labels' }>['symbology']

const kinds = ['product-labels', 'bin-labels', 'pick-list'] as const
const sizes = ['roll-62x29', 'roll-100x50', 'a4-3x8'] as const
const symbologies = ['code128', 'datamatrix'] as const

interface Props {
  readonly warehouse: WarehouseChoice
  readonly start: PaperStart | null
}

/** What to print on the left, the very pages on the right. */
export function LabelsPart({ warehouse, start }: Props): React.ReactNode {
  const [kind, setKind] = useState<Kind>(start?.kind === 'pick-list' ? 'pick-list' : 'product-labels')
  const [size, setSize] = useState<Size>('roll-62x29')
  const [symbology, setSymbology] = useState<Symbology>('code128')
  const [labels, setLabels] = useState<readonly ChosenLabel[]>(start?.kind === 'label' ? [start.label] : [])
  const [binText, setBinText] = useState('')
  const [binCopies, setBinCopies] = useState(1)
  const [orderIds, setOrderIds] = useState<readonly OrderId[]>(
    start?.kind === 'pick-list' ? start.orderIds : [],
  )
  const bins = useMemo(() => binsOf(binText, MAX_LABELS), [binText])
  const isTooMuch = kind === 'bin-labels' && (bins === 'too-many' || bins.length * binCopies > MAX_LABELS)
  const job = useMemo((): PaperJob | null => {
    switch (kind) {
      case 'product-labels':
        return labels.length === 0 ? null : { kind, size, labels: [...labels] }
      case 'bin-labels':
        if (isTooMuch || bins === 'too-many' || bins.length === 0) return null
        return { kind, size, symbology, labels: bins.map((bin) => ({ bin, copies: binCopies })) }
      case 'pick-list':
        if (orderIds.length === 0) return null
        return {
          kind,
          warehouseId: warehouse.id,
          orderIds: [...orderIds],
          words: pickListTexts(locale),
        }
    }
  }, [kind, size, symbology, labels, bins, binCopies, isTooMuch, orderIds, warehouse.id])

  return (
    <div className={s['desk']}>
      <div className={s['form']}>
        <ChoiceField
          label={t('labels.kind')}
          choices={kinds.map((value) => ({ value, word: t(`labels.kind.${value}`) }))}
          value={kind}
          error={null}
          isDisabled={false}
          onChange={(value) => setKind(value as Kind)}
        />
        {kind !== 'pick-list' && (
          <ChoiceField
            label={t('labels.size')}
            choices={sizes.map((value) => ({
              value,
              word: t(`labels.size.${value}`),
              meta: t(value === 'a4-3x8' ? 'labels.size.sheet' : 'labels.size.roll'),
            }))}
            value={size}
            error={null}
            isDisabled={false}
            onChange={(value) => setSize(value as Size)}
          />
        )}
        {kind === 'product-labels' && (
          <ProductLabelForm warehouseId={warehouse.id} labels={labels} onChange={setLabels} />
        )}
        {kind === 'bin-labels' && (
          <>
            <ChoiceField
              label={t('labels.symbology')}
              choices={symbologies.map((value) => ({ value, word: t(`labels.symbology.${value}`) }))}
              value={symbology}
              error={null}
              isDisabled={false}
              onChange={(value) => setSymbology(value as Symbology)}
            />
            <BinLabelForm
              text={binText}
              copies={binCopies}
              isTooMuch={isTooMuch}
              onText={setBinText}
              onCopies={setBinCopies}
            />
          </>
        )}
        {kind === 'pick-list' && (
          <PickListForm warehouseId={warehouse.id} chosen={orderIds} onChange={setOrderIds} />
        )}
      </div>
      <div className={s['result']}>
        <JobActions job={job} />
        <Preview kind={kind} job={job} />
      </div>
    </div>
  )
}

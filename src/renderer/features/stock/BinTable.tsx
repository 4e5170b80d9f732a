import type { StockDetail } from '#shared/protocol/views.ts'
import { Age } from '../../components/Age.tsx'
import { Figure } from '../../components/Figure.tsx'
import { OnHand } from '../../components/OnHand.tsx'
import { t } from '../../texts/text.ts'
import s from './BinTable.module.css'

/** Where the product lies, each bin with its figures and its own age. */
export function BinTable({ bins }: { bins: StockDetail['bins'] }): React.ReactNode {
  return (
    <table className={s['bins']}>
      <thead>
        <tr>
          <th scope="col">{t('stock.column.bin')}</th>
          <th scope="col">{t('stock.column.on-hand')}</th>
          <th scope="col">{t('stock.column.allocated')}</th>
          <th scope="col">{t('stock.column.changed')}</th>
        </tr>
      </thead>
      <tbody>
        {bins.map((bin) => (
          <tr key={bin.bin}>
            <th scope="row">{bin.bin}</th>
            <td>
              <OnHand value={bin.onHand} unsent={bin.unsentOnHand} of={bin.bin} />
            </td>
            <td className={s['second']}>
              <Figure value={bin.allocated} of={bin.bin} />
            </td>
            <td>
              <Age at={bin.changedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

import { FileDown } from 'lucide-react'
import type { ExportState } from '#shared/protocol/paper.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import type { ShownTable } from '../../stores/shown-table.ts'
import { t } from '../../texts/text.ts'
import type { ShownStatus } from '../shell/shown-status.ts'
import { listOf } from './ExportButton.tsx'
import { exportColumns } from './export-columns.ts'
import { Progress } from './Progress.tsx'
import { useExport } from './use-export.ts'
import { usePaperAsk } from './use-paper-ask.ts'
import s from './paper.module.css'

interface Props {
  readonly status: ShownStatus
  readonly warehouse: WarehouseChoice
  readonly running: ExportState | null
}

/** Every table, whole. With the filters of a screen it is exported from that screen. */
export function ExportPart({ status, warehouse, running }: Props): React.ReactNode {
  const write = useExport()
  const { ask } = usePaperAsk((why) => t('export.failed', { why }))
  return (
    <div className={s['part']}>
      <div className={s['column']}>
        <h3 className={s['heading']}>{t('export.title')}</h3>
        <p className={s['next']}>{t('export.next')}</p>
        <ul className={s['tables']}>
          {tablesOf(status, warehouse).map((table) => (
            <li key={table.view.name} className={s['table']}>
              <span>
                <span className={s['name']}>{table.title}</span>
                <span className={s['meta']}>
                  {exportColumns(table.view.name)
                    .map(({ heading }) => heading)
                    .join(', ')}
                </span>
              </span>
              <Button
                isDisabled={running !== null}
                aria-label={t('export.run', { table: table.title })}
                onPress={() => void write(table)}
              >
                <FileDown size={16} aria-hidden />
                {t('export.button')}
              </Button>
            </li>
          ))}
        </ul>
        {running && (
          <div className={s['running']}>
            <Progress
              words={progressWords(running)}
              done={running.doneRows}
              total={running.totalRows}
              stop={{ word: t('export.stop'), run: () => void ask('table.stop', {}) }}
            />
          </div>
        )}
      </div>
    </div>
  )
}

const progressWords = ({ doneRows, totalRows }: ExportState): string =>
  totalRows === 0
    ? t('export.progress.open', { count: doneRows })
    : t('export.progress', { done: doneRows, total: totalRows })

function tablesOf(
  { user }: ShownStatus,
  { id: warehouseId, name: warehouse }: WarehouseChoice,
): ShownTable[] {
  return [
    {
      title: t('export.list.stock', { warehouse }),
      view: listOf('stock.list', { warehouseId, search: '', filter: 'all', sort: 'sku', direction: 'asc' }),
    },
    {
      title: t('export.list.orders', { warehouse }),
      view: listOf('orders.list', { warehouseId, status: null }),
    },
    {
      title: t('alerts.label', { warehouse }),
      view: listOf('alerts.list', { warehouseId, filter: 'open' }),
    },
    {
      title: t('exceptions.label', { warehouse }),
      view: listOf('exceptions.list', { warehouseId, kind: null }),
    },
    ...(user
      ? [{ title: t('export.list.notifications'), view: listOf('notifications.list', { userId: user.id }) }]
      : []),
    {
      title: t('export.list.ledger', { warehouse }),
      view: { name: 'ledger', params: { warehouseId, filter: {} } },
    },
    { title: t('export.list.fleet', { warehouse }), view: { name: 'fleet', params: { warehouseId } } },
    { title: t('export.list.work'), view: listOf('work.list', { filter: 'all' }) },
  ]
}

import { useCallback } from 'react'
import { asIpcError } from '../../bridge/client.ts'
import { useConsole } from '../../hooks/console.tsx'
import type { ShownTable } from '../../stores/shown-table.ts'
import { t } from '../../texts/text.ts'
import { exportColumns } from './export-columns.ts'

/** Writes a table to a file that the person chooses; the tray tells what came of it. */
export function useExport(): (table: ShownTable) => Promise<void> {
  const { client, tray } = useConsole()
  return useCallback(
    async ({ view, title }) => {
      try {
        const { file, rows: count } = await client.ask('table.export', {
          view,
          title,
          columns: exportColumns(view.name),
        })
        if (file !== null) tray.note(t('export.done', { count, file }))
      } catch (caught) {
        const why = t(`error.${asIpcError('table.export', caught).code}`)
        tray.note(t('export.failed', { why }), 'bad')
      }
    },
    [client, tray],
  )
}

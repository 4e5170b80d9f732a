import { useStore } from 'zustand'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'
import type { PaletteEntry } from '../shell/palette-entries.ts'
import { useExport } from './use-export.ts'

/** "Export this table", while there is one on the screen. */
export function useExportEntries(): PaletteEntry[] {
  const { screen } = useConsole()
  const table = useStore(screen, (state) => state.table)
  const write = useExport()
  if (table === null) return []
  return [
    {
      id: 'export-table',
      group: t('palette.group.screens'),
      word: t('export.this'),
      meta: table.title,
      run: () => void write(table),
    },
  ]
}

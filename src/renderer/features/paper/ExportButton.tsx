import { useEffect } from 'react'
import { FileDown } from 'lucide-react'
import type { ListParams, ListViewName } from '#shared/protocol/views.ts'
import type { ListSpec, TableSpec } from '#shared/protocol/paper.ts'
import { Button } from '../../components/Button.tsx'
import { useConsole } from '../../hooks/console.tsx'
import type { TableParams } from '../../hooks/use-realtime-table.ts'
import { t } from '../../texts/text.ts'
import { useExport } from './use-export.ts'

interface Props {
  /** As the screen shows it: which table, with which filters and order; null while there is nothing to export. */
  readonly table: TableSpec | null
  /** What the table is called on the screen. */
  readonly title: string
}

/** Saves the table beside it as CSV: all of it, with the filters it is shown with. Also in the palette while it is on screen. */
export function ExportButton({ table, title }: Props): React.ReactNode {
  const { screen } = useConsole()
  const write = useExport()
  const spec = table && JSON.stringify(table)
  useEffect(() => {
    if (spec === null) return
    const shown = { view: JSON.parse(spec) as TableSpec, title }
    screen.setState({ table: shown })
    return () => {
      if (screen.getState().table === shown) screen.setState({ table: null })
    }
  }, [screen, spec, title])
  return (
    <Button
      look="quiet"
      isDisabled={table === null}
      aria-label={t('export.this')}
      onPress={() => table !== null && void write({ view: table, title })}
    >
      <FileDown size={16} aria-hidden />
      {t('export.button')}
    </Button>
  )
}

/** The whole of a list: its window is the exporter's to choose. */
export function listOf<N extends ListViewName>(name: N, params: TableParams<N>): ListSpec {
  const whole = { ...params, offset: 0, limit: 1 } as unknown as ListParams<N>
  return { name, params: whole } as unknown as ListSpec
}

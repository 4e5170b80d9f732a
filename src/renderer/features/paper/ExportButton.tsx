import { useEffect } from 'react'
import { FileDown } from 'lucide-react'
import type { ListParams, ListViewName } from '#shared/protocol/views.ts'
import type { ListSpec } from '#shared/protocol/paper.ts'
import { Button } from '../../components/Button.tsx'
import { useConsole } from '../../hooks/console.tsx'
import type { TableParams } from '../../hooks/use-realtime-table.ts'
import { t } from '../../texts/text.ts'
import { useExport } from './use-export.ts'

interface Props<N extends ListViewName> {
  readonly view: N
  /** As the screen watches it: filters, search and order; null while there is nothing to export. */
  readonly params: TableParams<N> | null
  /** What the table is called on the screen. */
  readonly title: string
}

/** Saves the table beside it as CSV: the whole list with the filters it is shown with. Also in the palette while it is on screen. */
export function ExportButton<N extends ListViewName>({ view, params, title }: Props<N>): React.ReactNode {
  const { screen } = useConsole()
  const write = useExport()
  const spec = params && JSON.stringify(specOf<N>(view, params))
  useEffect(() => {
    if (spec === null) return
    const table = { view: JSON.parse(spec) as ListSpec, title }
    screen.setState({ table })
    return () => {
      if (screen.getState().table === table) screen.setState({ table: null })
    }
  }, [screen, spec, title])
  return (
    <Button
      look="quiet"
      isDisabled={spec === null}
      aria-label={t('export.this')}
      onPress={() => spec !== null && void write({ view: JSON.parse(spec) as ListSpec, title })}
    >
      <FileDown size={16} aria-hidden />
      {t('export.button')}
    </Button>
  )
}

/** The whole list: its window is the exporter's to choose. */
export function specOf<N extends ListViewName>(name: N, params: TableParams<N>): ListSpec {
  const whole = { ...params, offset: 0, limit: 1 } as unknown as ListParams<N>
  return { name, params: whole } as unknown as ListSpec
}

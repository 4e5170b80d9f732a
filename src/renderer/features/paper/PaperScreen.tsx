import { useEffect, useState } from 'react'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { FilterButtons } from '../../components/FilterButtons.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'
import { ListScreen } from '../shell/ListScreen.tsx'
import { ListMessage } from '../shell/ListMessage.tsx'
import type { ShownStatus } from '../shell/shown-status.ts'
import { ExportPart } from './ExportPart.tsx'
import { ImportPart } from './ImportPart.tsx'
import { LabelsPart } from './LabelsPart.tsx'
import { usePaperState } from './use-paper-state.ts'

const parts = ['labels', 'export', 'import'] as const
type Part = (typeof parts)[number]
const choices = parts.map((value) => ({ value, word: t(`paper.part.${value}`) }))

interface Props {
  readonly status: ShownStatus
  readonly warehouse: WarehouseChoice
}

/** What goes out on paper and in files, and what comes in. */
export function PaperScreen({ status, warehouse }: Props): React.ReactNode {
  const { screen } = useConsole()
  // What it was opened for is told once.
  const [start] = useState(() => screen.getState().paper)
  useEffect(() => screen.setState({ paper: null }), [screen])
  const { state, error } = usePaperState()
  const underWay = state !== null && state.import.at !== 'none' && start === null
  const [chosen, setChosen] = useState<Part | null>(null)
  const part = chosen ?? (underWay ? 'import' : 'labels')
  return (
    <ListScreen
      title={t('screen.paper')}
      tools={
        <FilterButtons<Part> label={t('paper.parts')} options={choices} value={part} onChange={setChosen} />
      }
      found={null}
    >
      {status.asOf === null || state === null ? (
        <ListMessage status={status} error={error} />
      ) : part === 'labels' ? (
        <LabelsPart warehouse={warehouse} start={start} />
      ) : part === 'export' ? (
        <ExportPart status={status} warehouse={warehouse} running={state.export} />
      ) : (
        <ImportPart status={status} warehouse={warehouse} state={state.import} />
      )}
    </ListScreen>
  )
}

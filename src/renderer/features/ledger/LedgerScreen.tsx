import { useStore } from 'zustand'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { useConsole } from '../../hooks/console.tsx'
import type { ShownStatus } from '../shell/shown-status.ts'
import { LedgerList } from './LedgerList.tsx'
import { StoryPage } from './StoryPage.tsx'

interface Props {
  readonly status: ShownStatus
  readonly warehouse: WarehouseChoice
}

/** Every movement of a warehouse, or the story of one figure. */
export function LedgerScreen({ status, warehouse }: Props): React.ReactNode {
  const { screen } = useConsole()
  const story = useStore(screen, (state) => state.story)
  if (!story) return <LedgerList status={status} warehouse={warehouse} />
  return <StoryPage key={story.productId} story={story} status={status} warehouse={warehouse} />
}

import { Undo2 } from 'lucide-react'
import type { WorkItem } from '#shared/protocol/work.ts'
import { Button } from '../../components/Button.tsx'
import { t } from '../../texts/text.ts'
import { commandThing } from './command-words.ts'
import { useDo } from './use-do.ts'
import { useNames } from './Words.tsx'

/** @param isInRow the grid has the focus there, and the pane has a button of its own for the keyboard */
export function UndoButton({
  item,
  isInRow = false,
}: {
  item: WorkItem
  isInRow?: boolean
}): React.ReactNode {
  const { undo } = useDo()
  const names = useNames(item)
  if (!item.undoable) return null
  return (
    <Button
      size={isInRow ? 'small' : 'normal'}
      look={isInRow ? 'quiet' : 'plain'}
      excludeFromTabOrder={isInRow}
      aria-label={t('receipt.undo.of', { thing: commandThing(item.command, names) })}
      onPress={() => void undo(item)}
    >
      <Undo2 size={14} aria-hidden />
      {t('receipt.undo')}
    </Button>
  )
}

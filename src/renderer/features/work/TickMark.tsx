import type { WorkItem } from '#shared/protocol/work.ts'
import { Shape } from '../../components/Shape.tsx'
import { t } from '../../texts/text.ts'
import { tickOf } from './ticks.ts'
import s from '../../components/StatusIndicator.module.css'

/** Where a command stands: one tick, two ticks or a cross, and the words for it. */
export function TickMark({
  item,
}: {
  item: Pick<WorkItem, 'state' | 'undoneBy' | 'trouble'>
}): React.ReactNode {
  const { shape, tone, word, needsLook } = tickOf(item)
  return (
    <span className={s['indicator']} data-look={needsLook && tone}>
      <Shape name={shape} tone={tone} />
      <span className={s['word']}>{t(word)}</span>
    </span>
  )
}

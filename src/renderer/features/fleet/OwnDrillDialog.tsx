import { useState } from 'react'
import { QuantityField } from '../../components/QuantityField.tsx'
import { useAsk } from '../../hooks/use-ask.ts'
import { t } from '../../texts/text.ts'
import { AskFrame } from './AskFrame.tsx'
import { DRILL_MINUTES, minutesFault } from './drill-minutes.ts'

/** Plays an outage at this very station. */
export function OwnDrillDialog({ onClose }: { onClose: () => void }): React.ReactNode {
  const [minutes, setMinutes] = useState<number | null>(DRILL_MINUTES)
  const [isTried, setIsTried] = useState(false)
  const start = useAsk('drill.start', onClose)
  const fault = minutesFault(minutes)
  return (
    <AskFrame
      title={t('drill.own.title')}
      about={t('drill.own.about')}
      save={t('drill.own.start')}
      state={start.state}
      onSubmit={() => {
        setIsTried(true)
        if (minutes !== null && fault === null) void start.ask({ minutes, calledBy: null })
      }}
      onClose={onClose}
    >
      <QuantityField
        label={t('drill.minutes')}
        value={minutes}
        min={1}
        error={isTried ? fault : null}
        isDisabled={start.state.at === 'asking'}
        isFirst
        onChange={setMinutes}
      />
    </AskFrame>
  )
}

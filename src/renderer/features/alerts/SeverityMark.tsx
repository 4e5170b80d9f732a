import type { Severity } from '#shared/domain/rows.ts'
import { Shape, type ShapeName, type Tone } from '../../components/Shape.tsx'
import { t } from '../../texts/text.ts'
import s from '../../components/StatusIndicator.module.css'

interface Look {
  readonly shape: ShapeName
  readonly tone: Tone
  /** Its word is coloured too. */
  readonly needsLook?: true
}

export const severityLooks: Record<Severity, Look> = {
  critical: { shape: 'triangle', tone: 'bad', needsLook: true },
  warning: { shape: 'half', tone: 'warn', needsLook: true },
  info: { shape: 'ring', tone: 'plain' },
}

/** How pressing something is, as shape, word and colour. */
export function SeverityMark({ severity }: { severity: Severity }): React.ReactNode {
  const { shape, tone, needsLook } = severityLooks[severity]
  return (
    <span className={s['indicator']} data-look={needsLook && tone}>
      <Shape name={shape} tone={tone} />
      <span className={s['word']}>{t(`severity.${severity}`)}</span>
    </span>
  )
}

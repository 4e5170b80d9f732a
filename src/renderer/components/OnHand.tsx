import { Figure } from './Figure.tsx'
import { Unsent } from './Unsent.tsx'
import s from './OnHand.module.css'

interface Props {
  readonly value: number
  readonly unsent: number
  readonly of: string
  readonly unit?: string | undefined
}

/** What lies there: solid when the server has confirmed it, dotted and with "+3 not sent" before it when it has not. */
export function OnHand({ value, unsent, of, unit }: Props): React.ReactNode {
  return (
    <span className={s['onhand']}>
      <Figure value={value} of={of} unit={unit} isStrong isUnsent={unsent !== 0} />
      <Unsent amount={unsent} />
    </span>
  )
}

import { Shape } from '../../components/Shape.tsx'
import type { Sign as SignLook } from './words.ts'
import s from './diagnostics.module.css'

/** Shape, word and colour, in this order; what needs a look has a coloured word. */
export function Sign({ sign }: { sign: SignLook }): React.ReactNode {
  return (
    <span className={s['sign']} data-tone={sign.tone}>
      <Shape name={sign.shape} tone={sign.tone} />
      {sign.word}
    </span>
  )
}

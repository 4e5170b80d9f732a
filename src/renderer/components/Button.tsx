import { Button as AriaButton, type ButtonProps } from 'react-aria-components'
import { cx } from '../lib/cx.ts'
import s from './Button.module.css'

interface Props extends Omit<ButtonProps, 'className' | 'style'> {
  /** `main` stands out, once a screen; `quiet` has no border. */
  readonly look?: 'main' | 'plain' | 'quiet'
  readonly size?: 'normal' | 'small'
}

export function Button({ look = 'plain', size = 'normal', ...props }: Props): React.ReactNode {
  return <AriaButton {...props} className={cx(s['button'], s[look], s[size])} />
}

import s from './WithPane.module.css'

interface Props {
  /** What of the list is open; null or false while nothing is. */
  readonly pane: React.ReactNode
  /** The list; it takes the room that the pane leaves. */
  readonly children: React.ReactNode
}

/** A list and, at its side, what of it is open. */
export const WithPane = ({ pane, children }: Props): React.ReactNode => (
  <div className={s['screen']}>
    {children}
    {pane}
  </div>
)

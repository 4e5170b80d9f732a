import s from './PanePart.module.css'

interface Props {
  /** What the part is about, where that does not show by itself. */
  readonly title?: string
  /** A count or a state at the other end of the title. */
  readonly beside?: React.ReactNode
  readonly children: React.ReactNode
}

/** One part of what a pane tells, under a line of its own. */
export const PanePart = ({ title, beside, children }: Props): React.ReactNode => (
  <section className={s['part']}>
    {title !== undefined && (
      <h3 className={s['heading']}>
        {title}
        {beside !== undefined && <span>{beside}</span>}
      </h3>
    )}
    {children}
  </section>
)

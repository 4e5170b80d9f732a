import s from './ListScreen.module.css'

/** The part of the window that holds a list, with a head of its own. */
export const ListFrame = ({
  label,
  children,
}: {
  label: string
  children: React.ReactNode
}): React.ReactNode => (
  <section className={s['screen']} aria-label={label}>
    {children}
  </section>
)

interface Props {
  readonly title: string
  readonly tools?: React.ReactNode
  readonly found: React.ReactNode
  readonly children: React.ReactNode
}

/** A screen that is one list: its title, its tools, how many, and the rows. */
export function ListScreen({ title, tools, found, children }: Props): React.ReactNode {
  return (
    <ListFrame label={title}>
      <header className={s['header']}>
        <h2 className={s['title']}>{title}</h2>
        {tools}
        <span className={s['found']} role="status">
          {found}
        </span>
      </header>
      {children}
    </ListFrame>
  )
}

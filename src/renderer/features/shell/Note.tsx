import s from './Note.module.css'

/** A line above a list: what is unusual about what stands below, such as that it is from before the network went. */
export const Note = ({
  icon,
  children,
}: {
  icon?: React.ReactNode
  children: React.ReactNode
}): React.ReactNode => (
  <p className={s['note']}>
    {icon}
    <span>{children}</span>
  </p>
)

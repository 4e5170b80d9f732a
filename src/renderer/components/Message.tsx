import s from './Message.module.css'

interface Props {
  readonly icon?: React.ReactNode
  readonly title: string
  readonly children?: React.ReactNode
  readonly action?: React.ReactNode
}

/** What a list or a pane says when it has no rows to show: what is, what it means, what to do. */
export function Message({ icon, title, children, action }: Props): React.ReactNode {
  return (
    <div className={s['message']} role="status">
      {icon !== undefined && <span className={s['icon']}>{icon}</span>}
      <h2 className={s['title']}>{title}</h2>
      {children !== undefined && <div className={s['more']}>{children}</div>}
      {action !== undefined && <div className={s['action']}>{action}</div>}
    </div>
  )
}

import s from './Fact.module.css'

/** One line of a list of facts (`dl`): what it is, and what it is here. */
export function Fact({ name, children }: { name: string; children: React.ReactNode }): React.ReactNode {
  return (
    <div className={s['fact']}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

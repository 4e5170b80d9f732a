import { useId, useState } from 'react'
import { Button } from '../../components/Button.tsx'
import { t } from '../../texts/text.ts'
import s from './diagnostics.module.css'

/** A titled part of the screen. */
export function Part(props: {
  title: string
  meta?: React.ReactNode
  children: React.ReactNode
}): React.ReactNode {
  const id = useId()
  return (
    <section className={s['part']} aria-labelledby={id}>
      <header className={s['parthead']}>
        <h3 id={id}>{props.title}</h3>
        {props.meta}
      </header>
      {props.children}
    </section>
  )
}

interface PartTableProps<R> {
  readonly title: string
  readonly rows: readonly R[]
  /** So many are shown at first. */
  readonly atFirst: number
  readonly heads: readonly { readonly word: string; readonly align?: 'end' }[]
  /** What is said when there is no row. */
  readonly empty: string
  /** The cells of one row, as a `<tr>`. */
  row(row: R, index: number): React.ReactNode
}

/** A part that is a table: the newest rows, and the rest when asked for. */
export function PartTable<R>(props: PartTableProps<R>): React.ReactNode {
  const { title, rows, atFirst } = props
  const [isWhole, setIsWhole] = useState(false)
  const shown = isWhole ? rows : rows.slice(0, atFirst)
  const toggle = rows.length > atFirst && (
    <Button look="quiet" size="small" onPress={() => setIsWhole(!isWhole)}>
      {isWhole ? t('diagnostics.show-fewer') : t('diagnostics.show-all', { count: rows.length })}
    </Button>
  )
  return (
    <Part title={title} meta={toggle}>
      {rows.length === 0 ? (
        <p className={s['none']}>{props.empty}</p>
      ) : (
        <table className={s['table']}>
          <thead>
            <tr>
              {props.heads.map(({ word, align }) => (
                <th key={word} scope="col" data-align={align}>
                  {word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{shown.map((row, index) => props.row(row, index))}</tbody>
        </table>
      )}
    </Part>
  )
}

import { useId, useState } from 'react'
import { FilterButtons } from '../FilterButtons.tsx'
import { t } from '../../texts/text.ts'
import s from './ChartFrame.module.css'

/** How something is drawn. `age-n`: the n-th of five shades, the last the most solid. */
export type ChartMark = 'line' | 'dash' | 'hatch' | 'bar' | 'tick' | `age-${number}`

interface Props {
  /** The question that the picture answers. */
  readonly title: string
  /** The last value, in words: what most people came for. */
  readonly last: string | null
  /** What shapes and lines mean. */
  readonly legend: readonly {
    readonly mark: ChartMark
    readonly word: string
  }[]
  readonly tools?: React.ReactNode
  readonly picture: React.ReactNode
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
}

type Form = 'picture' | 'table'
const forms = (['picture', 'table'] as const).map((value) => ({ value, word: t(`chart.${value}`) }))

/** A picture with the question it answers, its last value, and the same as a table. */
export function ChartFrame({ title, last, legend, tools, picture, table }: Props): React.ReactNode {
  const [form, setForm] = useState<Form>('picture')
  const id = useId()
  return (
    <section className={s['frame']} aria-labelledby={id}>
      <header className={s['header']}>
        <div>
          <h3 id={id} className={s['title']}>
            {title}
          </h3>
          {last !== null && <p className={s['last']}>{last}</p>}
        </div>
        {tools !== undefined && <div className={s['tools']}>{tools}</div>}
        <div className={s['form']}>
          <FilterButtons<Form>
            label={t('chart.form', { title })}
            options={forms}
            value={form}
            onChange={setForm}
          />
        </div>
      </header>
      {form === 'picture' ? (
        <>
          {picture}
          <ul className={s['key']}>
            {legend.map(({ mark, word }) => (
              <li key={word}>
                <span className={s['mark']} data-mark={mark} />
                {word}
              </li>
            ))}
          </ul>
        </>
      ) : (
        // Its rows may be more than there is room for: the box is scrolled, also by keys.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className={s['scrolled']} role="group" aria-labelledby={id} tabIndex={0}>
          <table className={s['table']}>
            <thead>
              <tr>
                {table.head.map((word) => (
                  <th key={word} scope="col">
                    {word}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row, n) => (
                <tr key={`${n} ${row[0]}`}>
                  {row.map((cell, at) =>
                    at === 0 ? (
                      <th key={table.head[at]} scope="row">
                        {cell}
                      </th>
                    ) : (
                      <td key={table.head[at]}>{cell}</td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

import { t } from '../../texts/text.ts'
import { Duration, LocalTime } from './Moments.tsx'
import { PartTable } from './Part.tsx'
import { Sign } from './Sign.tsx'
import type { Spell } from './spells.ts'
import { causeWords, spellSign } from './words.ts'
import s from './diagnostics.module.css'

const AT_FIRST = 10

const heads = [
  { word: t('spell.column.when') },
  { word: t('spell.column.state') },
  { word: t('spell.column.for'), align: 'end' },
  { word: t('spell.column.why') },
] as const

/** The connection's past, newest first: the table form of the strip, and beyond it. */
export function HistoryTable({ spells }: { spells: readonly Spell[] }): React.ReactNode {
  return (
    <PartTable
      title={t('spell.list')}
      rows={spells}
      atFirst={AT_FIRST}
      heads={heads}
      empty={t('spell.empty')}
      row={(spell) => (
        <tr key={spell.from}>
          <th scope="row">
            <LocalTime at={spell.from} />
          </th>
          <td>
            <Sign sign={spellSign(spell.kind)} />
          </td>
          <td data-align="end">
            <Duration from={spell.from} to={spell.to} />
          </td>
          <td className={s['second']}>{why(spell)}</td>
        </tr>
      )}
    />
  )
}

/** One try is what it always takes; more of them say how it went. */
function why({ cause, tries }: Spell): string {
  return [causeWords(cause), tries > 1 ? t('spell.tries', { count: tries }) : ''].filter(Boolean).join(' · ')
}

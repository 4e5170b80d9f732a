import { MINUTE_MS } from '#shared/lib/time.ts'
import { Shape } from '../../components/Shape.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { formatDuration, formatMinute } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { Part } from './Part.tsx'
import { stretchesOf, totalsOf, type Spell } from './spells.ts'
import { spellSign } from './words.ts'
import s from './diagnostics.module.css'

const SPAN_MS = 24 * 60 * MINUTE_MS
const MARKS = [0, 0.25, 0.5, 0.75, 1]

/** A day of the connection at a glance: the taller, the further from live; each kind has its own height and pattern. */
export function LinkStrip({ spells }: { spells: readonly Spell[] }): React.ReactNode {
  // A day on a thousand pixels moves by one of them in a minute and a half.
  const now = useNow((at) => Math.floor(at / MINUTE_MS) * MINUTE_MS) + MINUTE_MS
  const from = now - SPAN_MS
  const stretches = stretchesOf(spells, from, now)
  const totals = totalsOf(stretches)
  const parts = totals.map(({ kind, ms }) =>
    t('spell.picture.part', { state: t(`spell.${kind}`), duration: formatDuration(ms) }),
  )
  return (
    <Part title={t('spell.title')}>
      <div className={s['strip']} role="img" aria-label={t('spell.picture', { parts: parts.join(', ') })}>
        {stretches.map((stretch) => (
          <span
            key={stretch.from}
            data-kind={stretch.kind}
            style={{ flexGrow: stretch.to - stretch.from }}
            title={`${t(`spell.${stretch.kind}`)} ${formatMinute(stretch.from, now)}–${formatMinute(stretch.to, now)}`}
          />
        ))}
      </div>
      <div className={s['marks']} aria-hidden>
        {MARKS.map((share) => (
          <span key={share}>{formatMinute(from + share * SPAN_MS, from + SPAN_MS)}</span>
        ))}
      </div>
      <ul className={s['legend']}>
        {totals.map(({ kind, ms }) => {
          const sign = spellSign(kind)
          return (
            <li key={kind}>
              <span className={s['swatch']} data-kind={kind} aria-hidden />
              <Shape name={sign.shape} tone={sign.tone} />
              {sign.word}
              <span className={s['second']}>{formatDuration(ms)}</span>
            </li>
          )
        })}
      </ul>
    </Part>
  )
}

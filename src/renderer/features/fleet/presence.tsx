import type { Presence } from '#shared/domain/presence.ts'
import type { FleetStation } from '#shared/protocol/fleet.ts'
import { Shape, type ShapeName, type Tone } from '../../components/Shape.tsx'
import { t, textOr } from '../../texts/text.ts'
import s from './fleet.module.css'

export const presenceLooks: Record<Presence, { readonly name: ShapeName; readonly tone: Tone }> = {
  here: { name: 'full', tone: 'good' },
  silent: { name: 'slashed-ring', tone: 'warn' },
  closed: { name: 'ring', tone: 'plain' },
  never: { name: 'empty', tone: 'plain' },
}

/** Whether a station is here: shape, word and colour; who is missed has a coloured word. */
export function PresenceMark({ presence }: { presence: Presence }): React.ReactNode {
  return (
    <span className={s['presence']} data-look={presence === 'silent' || undefined}>
      <Shape {...presenceLooks[presence]} />
      {t(`fleet.presence.${presence}`)}
    </span>
  )
}

/** How a station's link was when it told of it last, in the words of the freshness bar. */
export const linkWord = ({ link }: Pick<FleetStation, 'link'>): string =>
  link === null ? '–' : textOr(`fleet.link.${link}`, link)

export const userWord = ({ user }: Pick<FleetStation, 'user'>): string => {
  if (user === null) return t('fleet.nobody')
  return user.name === '' ? t('fleet.user.unknown') : user.name
}

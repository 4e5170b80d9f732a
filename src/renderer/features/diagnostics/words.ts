import type { Scope } from '#shared/domain/scope.ts'
import type { Proof, ScopeProgress } from '#shared/protocol/diagnostics.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import type { ShapeName, Tone } from '../../components/Shape.tsx'
import { t, textOr } from '../../texts/text.ts'
import type { SpellKind } from './spells.ts'

/** A state as shape, word and colour, in this order. */
export interface Sign {
  readonly shape: ShapeName
  readonly tone: Tone
  readonly word: string
}

/** Enough of an id to tell two warehouses apart that are not known by name (any more). */
const ID_SHOWN = 8

/** A scope as the people who share it call it. */
export function scopeName(scope: Scope, warehouses: readonly WarehouseChoice[]): string {
  const [kind, id = ''] = scope.split(':')
  if (kind === 'site') return t('scope.site')
  if (kind === 'user') return t('scope.user')
  const known = warehouses.find((warehouse) => warehouse.id === id)
  const warehouse = known?.name ?? t('scope.unknown-warehouse', { id: id.slice(0, ID_SHOWN) })
  return kind === 'ledger' ? t('scope.ledger', { warehouse }) : warehouse
}

const spellSigns: Record<SpellKind, Omit<Sign, 'word'>> = {
  live: { shape: 'full', tone: 'good' },
  degraded: { shape: 'half', tone: 'warn' },
  'catching-up': { shape: 'dot-in-ring', tone: 'warn' },
  offline: { shape: 'slashed-ring', tone: 'warn' },
  off: { shape: 'ring', tone: 'plain' },
}

export const spellSign = (kind: SpellKind): Sign => ({ ...spellSigns[kind], word: t(`spell.${kind}`) })

/**
 * Why the connection moved, in words; empty for what explains itself.
 * @param cause a reason by kind, an event, or where something failed and how: `feed: websocket-403`
 */
export function causeWords(cause: string): string {
  const [, where, how] = /^(feed|request): (.+)$/.exec(cause) ?? []
  if (where === undefined || how === undefined) return textOr(`cause.${cause}`, '')
  const known = textOr(`cause.${where}.${how}`, textOr(`cause.${how}`, ''))
  if (known !== '') return known
  const code = /^websocket-(\d+)$/.exec(how)?.[1]
  return t(where === 'feed' ? 'cause.feed.refused' : 'cause.request.refused', {
    code: code === undefined ? how : `HTTP ${code}`,
  })
}

export function proofSign(proof: Proof): Sign {
  switch (proof.outcome) {
    case 'equal':
      return { shape: 'check', tone: 'good', word: t('proof.equal') }
    case 'repaired':
      return { shape: 'check', tone: 'warn', word: t('proof.repaired', { count: proof.rowsRepaired }) }
    case 'differs':
      return { shape: 'cross', tone: 'bad', word: t('proof.differs', { count: proof.differing }) }
    case 'unproven':
      return { shape: 'ring', tone: 'plain', word: t('proof.unproven') }
  }
}

export function scopeSign({ cursor, head }: ScopeProgress): Sign {
  if (head === null) return { shape: 'ring', tone: 'plain', word: t('scope.unheard') }
  const lag = Math.max(0, head - cursor)
  return lag === 0
    ? { shape: 'check', tone: 'good', word: t('scope.up-to-date') }
    : { shape: 'dot-in-ring', tone: 'warn', word: t('scope.behind', { count: lag }) }
}

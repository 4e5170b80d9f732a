import type { ProductId, UserId } from '#shared/domain/ids.ts'
import { MINUTE_MS, type Millis } from '#shared/lib/time.ts'
import type { KeyedAcknowledgement } from '../mirror/alert-rows.ts'
import type { ShortState } from '../mirror/alert-lists.ts'
import type { UnsentWords } from './unsent-words.ts'

/*
 * What a computed alert is called, so that somebody's word on it can be found again. A worse condition has another key: whoever
 * has seen that a product is low has not seen that it is out.
 */

export type ComputedKind = ShortState | 'refused_here' | 'station_silent' | 'station_behind' | 'clock_wrong'

const words = {
  low: 'low',
  out: 'out',
  oversold: 'oversold',
  refused_here: 'refused',
  station_silent: 'silent',
  station_behind: 'behind',
  clock_wrong: 'clock',
} as const satisfies Record<ComputedKind, string>

export const keyOf = (kind: ComputedKind, about: string): string => `${words[kind]}/${about}`

/** For so long somebody's word on a computed alert stands; then, if it is still so, it asks again. */
export const ACKNOWLEDGED_FOR_MS = 24 * 60 * MINUTE_MS

export interface Acknowledgement {
  userId: UserId | null
  name: string
  at: Millis
  sent: boolean
  note: string | null
}

/** Whose word stands on which computed alert, this station's unsent words with them. */
export class Acknowledgements {
  private readonly byKey = new Map<string, Acknowledgement>()

  /** @param told the newest first */
  constructor(told: readonly KeyedAcknowledgement[], unsent: UnsentWords) {
    for (const [key, word] of unsent.byKey) this.byKey.set(key, word)
    for (const { key, by, at, note } of [...told].reverse()) {
      this.byKey.set(key, { userId: by?.userId ?? null, name: by?.name ?? '', at, sent: true, note })
    }
  }

  get(key: string): Acknowledgement | null {
    return this.byKey.get(key) ?? null
  }

  /** Products whose state somebody has acknowledged. */
  products(state: ShortState): ProductId[] {
    const start = keyOf(state, '')
    return [...this.byKey.keys()]
      .filter((key) => key.startsWith(start))
      .map((key) => key.slice(start.length) as ProductId)
  }
}

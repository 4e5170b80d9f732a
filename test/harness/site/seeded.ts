import type { Random } from '#engine/ports.ts'
import { seededRandom } from '../seeded-random.ts'

/** One stream of chance, with the words in which things are decided. */
export interface Chance {
  random: Random
  /** An integer from `least` to `most`, both included. */
  between(least: number, most: number): number
  /** True with this probability. */
  happens(share: number): boolean
  /** One of them. @throws when there is none */
  oneOf<T>(items: readonly T[]): T
  /** One of them, or null when there is none. */
  maybeOneOf<T>(items: readonly T[]): T | null
  /** Up to `count` different ones. */
  someOf<T>(items: readonly T[], count: number): T[]
  uuid(): string
  /** A stream of its own: what is drawn from it does not disturb this one. */
  fork(): Chance
}

export function chanceOf(seed: number): Chance {
  const random = seededRandom(seed)
  const between = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1))
  const chance: Chance = {
    random,
    between,
    happens: (share) => random() < share,
    oneOf(items) {
      if (items.length === 0) throw new RangeError('There is nothing to choose from.')
      return items[between(0, items.length - 1)] as (typeof items)[number]
    },
    maybeOneOf: (items) => (items.length === 0 ? null : chance.oneOf(items)),
    someOf(items, count) {
      const left = [...items]
      const taken = []
      while (taken.length < count && left.length > 0) {
        taken.push(...left.splice(between(0, left.length - 1), 1))
      }
      return taken
    },
    uuid() {
      const hex = Array.from({ length: 32 }, () => between(0, 15).toString(16)).join('')
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
    },
    fork: () => chanceOf(Math.floor(random() * 4_294_967_296)),
  }
  return chance
}

/** The seed of one run of many. */
export const runSeed = (seed: number, run: number): number =>
  (Math.imul(seed, 0x9e3779b1) ^ Math.imul(run + 1, 0x85ebca6b)) >>> 0

import { en } from './en.ts'
import { formatNumber } from '../lib/format.ts'

export type TextKey = keyof typeof en
type Entry<K extends TextKey> = (typeof en)[K]

/** A text that is complete as it stands. */
export type PlainTextKey = { [K in TextKey]: Params<K> extends [] ? K : never }[TextKey]

/** A text of the catalogue: plain, or in the plural forms of its language. */
type Plural = { readonly other: string } & { readonly [rule in Intl.LDMLPluralRule]?: string }

type Placeholders<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never
type ParamsOf<E> = E extends string
  ? Placeholders<E>
  : E extends { readonly other: infer S }
    ? Placeholders<S> | 'count'
    : never
type Params<K extends TextKey> = [ParamsOf<Entry<K>>] extends [never]
  ? []
  : [params: Readonly<Record<ParamsOf<Entry<K>>, string | number>>]

const plurals = new Intl.PluralRules('en')
const lists = new Intl.ListFormat('en-GB', { type: 'conjunction' })

/** "3 picks, 2 receipts and 1 count", by the rules of the catalogue's language. */
export const listed = (parts: readonly string[]): string => lists.format(parts)

/** The text of `key`, its parameters filled in: numbers as the locale writes them, strings as they are. */
export function t<K extends TextKey>(key: K, ...[params]: Params<K>): string {
  const values: Readonly<Record<string, string | number>> = params ?? {}
  const entry: string | Plural = en[key]
  const pattern = typeof entry === 'string' ? entry : chooseForm(entry, values['count'])
  return pattern.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name]
    if (value === undefined) return placeholder
    return typeof value === 'number' ? formatNumber(value) : value
  })
}

function chooseForm(entry: Plural, count: string | number | undefined): string {
  const rule = plurals.select(Number(count))
  return entry[rule] ?? entry.other
}

/** The text of a key that is put together from what another program said, or `fallback` where the catalogue has none. */
export function textOr(key: string, fallback: string): string {
  const entry = Object.hasOwn(en, key) ? en[key as TextKey] : null
  return typeof entry === 'string' ? entry : fallback
}

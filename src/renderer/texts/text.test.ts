import { vi, expect, test } from 'vitest'
import { en } from './en.ts'

vi.hoisted(() => {
  Object.defineProperty(globalThis, 'navigator', { value: { language: 'en-GB' }, configurable: true })
})
const { t } = await import('./text.ts')

test('a text chooses its form by count and writes numbers by the locale', () => {
  expect(t('orders.matches', { count: 1 })).toBe('1 order')
  expect(t('orders.matches', { count: 1_204 })).toBe('1,204 orders')
})

test('parameters are put in as they are, also when they look like a pattern', () => {
  expect(t('stock.no-results.title', { search: '$& {x}' })).toBe('Nothing matches “$& {x}”')
})

test('no text says that something went wrong without saying what', () => {
  const all = Object.values(en).flatMap((entry) =>
    typeof entry === 'string' ? [entry] : Object.values(entry),
  )
  expect(all.filter((text) => /something went wrong|oops|unknown error/i.test(text))).toEqual([])
})

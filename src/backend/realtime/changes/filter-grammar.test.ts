import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bindingId } from './binding-echo.ts'
import { parseFilter } from './filter-grammar.ts'

describe('filters of row changes', () => {
  test.each([
    ['status=eq.open', ['status', 'eq', 'open', false]],
    ['status=not.eq.open', ['status', 'eq', 'open', true]],
    ['status=eq.', ['status', 'eq', '', false]],
    ['status=eq."a,b"', ['status', 'eq', 'a,b', false]],
    ['status=in.("a,b",open)', ['status', 'in', '{"a,b",open}', false]],
    ['status=in.()', ['status', 'in', '{}', false]],
    ['total=eq.1.5', ['total', 'eq', '1.5', false]],
    ['=eq.1', ['', 'eq', '1', false]],
  ])('%s', (filter, [column, operator, value, isNegated]) => {
    expect(parseFilter(filter)).toEqual({
      ok: true,
      conditions: [{ column, operator, value, isNegated }],
    })
  })

  test('several conditions are all required', () => {
    const result = parseFilter('n=gt.0,status=in.(a,b),note=eq."x,y"')
    expect(result.ok && result.conditions.map(({ column }) => column)).toEqual(['n', 'status', 'note'])
  })

  test.each([
    ['undefined', '["undefined"]'],
    ['status=eq', '["eq"]'],
    ['status=foo.x', '["foo", "x"]'],
    ['n=in.1,2', '`in` filter value must be wrapped by parentheses'],
  ])('%s cannot be read', (filter, problem) => {
    expect(parseFilter(filter)).toEqual({ ok: false, message: `Error parsing \`filter\` params: ${problem}` })
  })

  test('no text makes reading throw', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseFilter(text)))
  })
})

describe('ids of bindings', () => {
  test('equal bindings have equal ids whatever the order of their keys, and never 0', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (binding) => {
        const reversed = Object.fromEntries(Object.entries(binding).reverse())
        expect(bindingId(reversed)).toBe(bindingId(binding))
        expect(bindingId(binding)).toBeGreaterThan(0)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { joinObject, splitObject } from './jsonb-object.ts'
import type { JsonText } from './json.ts'

describe('objects as Postgres prints jsonb', () => {
  test('values keep every digit and space', () => {
    const text = '{"a": 9007199254740993, "b": 12.30, "c": {"x": [1, "]}\\""]}, "d": "q\\\\", "e": null}'
    expect([...splitObject(text)]).toEqual([
      ['a', '9007199254740993'],
      ['b', '12.30'],
      ['c', '{"x": [1, "]}\\""]}'],
      ['d', '"q\\\\"'],
      ['e', 'null'],
    ])
    expect(joinObject(splitObject(text))).toBe(text)
  })

  test('any object can be taken apart and put together', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const members = splitObject(JSON.stringify(object))
        expect(JSON.parse(joinObject(members))).toEqual(JSON.parse(JSON.stringify(object)))
      }),
    )
  })

  test.each(['', '[]', '{"a"}', '{"a": }', '{"a": "b', '{"a": [1}'])('%j is refused', (text) => {
    expect(() => splitObject(text)).toThrow(SyntaxError)
  })

  test('an empty object has no members', () => {
    expect(splitObject('{}').size).toBe(0)
    expect(joinObject([['a', '1' as JsonText]])).toBe('{"a": 1}')
  })
})

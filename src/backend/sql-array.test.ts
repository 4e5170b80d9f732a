import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseArray, writeArray } from './sql-array.ts'

const asText = (value: unknown): string | null => (typeof value === 'string' ? value : null)

describe('arrays in the text form of Postgres', () => {
  it('come back as they were written, whatever is in them', () => {
    const element = fc.oneof(fc.constant(null), fc.string({ unit: 'grapheme' }))
    const array = fc.oneof(fc.array(element), fc.array(fc.array(element, { minLength: 1 }), { minLength: 1 }))
    fc.assert(
      fc.property(array, (values: unknown[]) => {
        expect(parseArray(writeArray(values, asText), (text) => text)).toEqual(values)
      }),
    )
  })

  it('may carry their bounds, which are dropped', () => {
    expect(parseArray('[0:1]={7,8}', Number)).toEqual([7, 8])
  })

  it('are refused when they have no end', () => {
    expect(() => parseArray('{1,2', Number)).toThrow(SyntaxError)
    expect(() => parseArray('{"1', String)).toThrow(SyntaxError)
  })
})

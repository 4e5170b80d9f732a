import { expect, test } from 'vitest'
import type { WarehouseId } from '../domain/ids.ts'
import { pageQuery, readPageQuery } from './windows.ts'

const warehouseId = '1c7c8d0a-9f3e-4b8a-8d25-0a3a0f7c1a11' as WarehouseId

test('a page is told what it was asked to show', () => {
  const look = { screen: 'board', warehouseId } as const
  expect(readPageQuery(pageQuery(3, look))).toEqual({ no: 3, look })
  const any = { screen: 'fleet', warehouseId: null } as const
  expect(readPageQuery(pageQuery(2, any))).toEqual({ no: 2, look: any })
})

test('a page that comes back remembers by itself what it showed', () => {
  expect(pageQuery(1, null)).toBe('')
  expect(readPageQuery('')).toEqual({ no: 1, look: null })
  expect(readPageQuery(pageQuery(4, null))).toEqual({ no: 4, look: null })
})

test.each([
  '?window=0',
  '?window=7',
  '?window=x',
  '?window=1.5',
  '?screen=passwords',
  '?screen=board&warehouse=all',
])('an address nobody wrote (%s) is the first window', (search) => {
  expect(readPageQuery(search)).toEqual({ no: 1, look: null })
})

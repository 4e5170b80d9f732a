import { describe, expect, test } from 'vitest'
import { parseLink } from './parse-link.ts'

const id = '00000003-0000-4000-8000-000000000004'

test('a link leads to a place of the window', () => {
  expect(parseLink(`order/${id}`)?.to).toEqual({ screen: 'orders', orderId: id })
  expect(parseLink(`stock/${id}`)?.to).toEqual({ screen: 'stock', productId: id })
  expect(parseLink('alerts')?.to).toMatchObject({ screen: 'alerts' })
  expect(parseLink('exceptions')?.to).toMatchObject({ screen: 'exceptions' })
  expect(parseLink('drill')?.to).toEqual({ screen: 'fleet' })
})

describe('whatever else it says, it leads nowhere', () => {
  test.each([
    null,
    '',
    'https://example.com/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    '//example.com',
    'order/',
    'order/1',
    `order/${id}/../../x`,
    'alerts/now',
    'diagnostics',
    'constructor',
    `ORDER/${id}`,
  ])('%s', (link) => expect(parseLink(link)).toBeNull())
})

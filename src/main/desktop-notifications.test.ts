import { expect, test } from 'vitest'
import type { RowId } from '#shared/domain/ids.ts'
import type { Heard } from '#shared/protocol/contract.ts'
import { id } from '#test/harness/mirror-data.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { AppLink, desktopNotifications, type Toast } from './desktop-notifications.ts'
import type { DesktopNews } from './engine/alerts/desktop-news.ts'

const item = (title: string, link: string | null = null): DesktopNews['items'][number] => ({
  ...{ id: id<RowId>(title), title, body: 'Look', link, severity: 'warning' },
})

function desk({ supported = true } = {}) {
  let wanted = true
  const shown: Toast[] = []
  const opened: Heard<'notification.clicked'>[] = []
  let front = 0
  const desktop = desktopNotifications({
    isSupported: () => supported,
    show: (toast) => shown.push(toast),
    settings: {
      desktopNotifications: () => wanted,
      keepDesktopNotifications: async (next) => {
        wanted = next
      },
    },
    bringToFront: async () => {
      front += 1
    },
    open: (to) => opened.push(to),
    log: recordedLog(),
  })
  const click = async (n: number): Promise<void> => {
    shown[n]?.clicked()
    await Promise.resolve()
    await Promise.resolve()
  }
  return { desktop, shown, opened, click, front: () => front }
}

test('a few are shown one by one, and the rest as a number', () => {
  const { desktop, shown } = desk()
  desktop.news({ items: [item('One'), { ...item('Two'), severity: 'critical' }], more: 12 })
  expect(shown.map(({ title, isUrgent }) => [title, isUrgent])).toEqual([
    ['One', false],
    ['Two', true],
    ['And 12 more notifications', false],
  ])
})

test('a click brings the console and leads to a place inside it', async () => {
  const { desktop, opened, click, front } = desk()
  const order = `order/${id('an order')}`
  desktop.news({ items: [item('One', order), item('Two', 'alerts'), item('Three')], more: 1 })
  for (const n of [0, 1, 2, 3]) await click(n)
  expect(opened).toEqual([{ link: order }, { link: 'alerts' }, { link: null }, { link: null }])
  expect(front()).toBe(4)
})

test.each([
  'https://example.test',
  'order/1',
  'order/',
  'javascript:alert(1)',
  `order/${id('a')}/..`,
  'stock',
  '',
])('[S1] the link %j of a row leads nowhere: the console comes, and stays where it is', async (link) => {
  const { desktop, opened, click, front } = desk()
  desktop.news({ items: [item('One', link)], more: 0 })
  await click(0)
  expect(AppLink.safeParse(link).success).toBe(false)
  expect([opened, front()]).toEqual([[], 1])
})

test('nothing is shown where nobody wants it, or the system has no notifications', async () => {
  const { desktop, shown } = desk()
  expect(await desktop.answer({ wanted: null })).toEqual({
    ok: true,
    value: { wanted: true, supported: true },
  })
  expect(await desktop.answer({ wanted: false })).toMatchObject({ value: { wanted: false } })
  desktop.news({ items: [item('One')], more: 3 })
  const without = desk({ supported: false })
  without.desktop.news({ items: [item('One')], more: 0 })
  expect([shown, without.shown]).toEqual([[], []])
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MemberRole } from '#shared/domain/rows.ts'
import type { Status } from '#shared/protocol/status.ts'
import { Feed, mirrorFolder, north, note, ownerScope } from '#test/harness/mirror-data.ts'
import type { Outcome } from '../upstream/upstream.ts'
import type { DesktopNews } from './desktop-news.ts'
import { openSessionAlerts, type SessionAlerts } from './session-alerts.ts'

/* What becomes of a person's alerts in the course of time, by a clock that is moved by hand. */

const MINUTE = 60_000

let folder: ReturnType<typeof mirrorFolder>
let feed: Feed
let alerts: SessionAlerts | null
beforeEach(() => {
  folder = mirrorFolder()
  feed = new Feed()
  alerts = null
})
afterEach(() => {
  alerts?.close()
  folder.remove()
})

function session(role: MemberRole, answer: Outcome<number> = { kind: 'settled', value: 0 }) {
  const { mirror } = folder.open()
  const news: DesktopNews[] = []
  const asked: string[] = []
  let rounds = 0
  const open = (): SessionAlerts =>
    (alerts = openSessionAlerts({
      ...folder,
      random: () => 0.5,
      upstream: {
        call: async (name) => {
          asked.push(name)
          return answer as never
        },
      },
      views: { fleetChanged: () => void (rounds += 1) },
      board: {
        current: () =>
          ({ memberships: [{ warehouseId: north, role }], clockOffsetMs: 0 }) as unknown as Status,
      },
      mirror,
      news: (told) => news.push(told),
    }))
  /** So many notifications come in one commit. */
  const come = (titles: readonly string[], minutesAgo = 0, read = false): void => {
    const created_at = new Date(folder.clock.now() - minutesAgo * MINUTE).toISOString()
    const rows = titles.map((title): [string, Record<string, unknown>] => [
      'notifications',
      note(title, { created_at, read_at: read ? created_at : null }),
    ])
    const result = mirror.apply(feed.batch(ownerScope, rows))
    if (result.kind === 'applied') alerts?.changed(result.changeset)
  }
  return { open, come, news, asked, rounds: () => rounds }
}

test('a supervisor is told on the desktop of what comes, not of what was there, was read or is old', async () => {
  const { open, come, news } = session('supervisor')
  come(['before'])
  open()
  come(['new'])
  come(['read elsewhere'], 0, true)
  come(['from the night'], 90)
  await folder.clock.advance(2_000)
  expect(news).toMatchObject([{ items: [{ title: 'new', severity: 'info', link: null }], more: 0 }])
  come(['new'])
  await folder.clock.advance(2_000)
  expect(news).toHaveLength(1)
})

test('after an outage a few are told one by one, the rest as a number', async () => {
  const { open, come, news } = session('manager')
  open()
  const titles = Array.from({ length: 15 }, (_, n) => `note ${n}`)
  come(titles.slice(0, 7), 3)
  come(titles.slice(7), 2)
  await folder.clock.advance(2_000)
  expect(news.map(({ items, more }) => [items.length, more])).toEqual([[3, 12]])
})

test('a picker is told nothing on the desktop, and has nobody looked for', async () => {
  const { open, come, news, asked, rounds } = session('picker')
  open().link('live')
  come(['new'])
  await folder.clock.advance(5 * MINUTE)
  expect([news, asked]).toEqual([[], []])
  expect(rounds()).toBe(5)
})

test('[L3] a live supervisor’s station has the server look once a minute; one that is cut off does not', async () => {
  const { open, asked } = session('supervisor')
  const opened = open()
  await folder.clock.advance(3 * MINUTE)
  expect(asked).toEqual([])
  opened.link('live')
  await folder.clock.advance(3 * MINUTE)
  expect(asked).toEqual(Array.from({ length: 3 }, () => 'escalate_notifications'))
  opened.link('waiting')
  await folder.clock.advance(3 * MINUTE)
  expect(asked).toHaveLength(3)
})

test('a server that cannot look is left alone for a while', async () => {
  const { open, asked } = session('supervisor', { kind: 'offline', detail: 'no line' })
  open().link('live')
  await folder.clock.advance(11 * MINUTE)
  expect(asked.length).toBeGreaterThan(1)
  expect(asked.length).toBeLessThan(4)
})

import { describe, expect, test } from 'vitest'
import { dayAfter, momentOnWall, wallClock, wallMinute } from './wall-clock.ts'

const utc = (text: string): number => Date.parse(`${text}Z`)

describe('the clock on a warehouse’s wall', () => {
  test('is read and set in the warehouse’s zone', () => {
    expect(wallMinute(utc('2026-07-01T12:05'), 'Europe/Berlin')).toBe('2026-07-01T14:05')
    expect(momentOnWall('2026-07-01T14:05', 'Europe/Berlin')).toBe(utc('2026-07-01T12:05'))
    expect(momentOnWall('2026-01-01', 'America/New_York')).toBe(utc('2026-01-01T05:00'))
  })

  test('of an hour that comes twice means the first, and goes on after one that is skipped', () => {
    expect(momentOnWall('2026-10-25T02:30', 'Europe/Berlin')).toBe(utc('2026-10-25T00:30'))
    const skipped = momentOnWall('2026-03-29T02:30', 'Europe/Berlin')
    expect(skipped && wallClock(skipped, 'Europe/Berlin')).toBe('2026-03-29T03:30:00')
  })

  test('says that a text is no time', () => {
    expect(momentOnWall('', 'UTC')).toBe(null)
    expect(momentOnWall('2026-13-40T99:00', 'UTC')).toBe(null)
  })

  test('counts days across months', () => {
    expect([dayAfter('2026-02-28', 1), dayAfter('2026-03-01', -1)]).toEqual(['2026-03-01', '2026-02-28'])
  })
})

import { describe, expect, test } from 'vitest'
import { trapSite } from './support/trap-site.ts'

/* Channels and sockets that the server ends. supabase-js drops some for good and mends others; ours is always a new feed. */

const site = trapSite()

describe('what the server ends, the console makes anew', () => {
  test.each([
    ['[B18] a restart closes every socket with 1012', () => site.backend.faults.hangUp(1012)],
    ['[B18] a deploy closes every socket with 1001', () => site.backend.faults.hangUp(1001)],
    [
      '[B18] [N12] a killed server ends every socket without a word (1006)',
      () => site.backend.faults.hangUp(1006),
    ],
    [
      '[B18] [N12] a drain says "Server requested disconnect", then closes with 1012',
      () => site.backend.faults.drain(),
    ],
    [
      '[N3] a frame that the server finds too large closes the socket with 1009',
      () => site.backend.faults.hangUp(1009),
    ],
    ['[N3] an idle socket is closed with 1000', () => site.backend.faults.hangUp(1000)],
    [
      '[B4] [B19] [N11] too many messages end the channel in mid-session: phx_close, the socket stays open',
      () => site.backend.faults.expel('Too many messages per second'),
    ],
  ])('[L2] [M3] %s', async (_title, trouble) => {
    const terminal = await site.live()
    const sockets = terminal.wire.opened()
    trouble()
    await terminal.noticesAtOnce()
    await site.change(20)
    await site.recovers(terminal)
    expect(terminal.wire.opened()).toBe(sockets + 1)
    expect(terminal.wire.alive()).toBe(1)
  })
})

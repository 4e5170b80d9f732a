import { afterAll, describe, expect, test } from 'vitest'
import { openSite } from './site.ts'
import { closeSharedPostgres } from './site/postgres-database.ts'

afterAll(() => closeSharedPostgres())

describe.each(['memory', 'postgres'] as const)('a site on a server of kind %s', (server) => {
  test('[M3] opens live, follows a change, and closes without a trace', async () => {
    const site = await openSite({ seed: 1, consoles: 2, server })
    await site.server.change('stock counted')
    await site.wait(1_000)
    await site.expectEqual()
    expect(await site.close()).toEqual([])
  })

  test('[L2] a pulled cable, a sleep, a kill at a statement: all come back and are equal', async () => {
    const site = await openSite({ seed: 2, consoles: 3, server })
    const [first, second, third] = [site.console(1), site.console(2), site.console(3)]
    first.cutCable()
    third.kill({ statement: 7 })
    await site.server.change('many rows at once')
    await site.wait(1_000)
    expect(first.status().link.at).toBe('waiting')
    expect(third.isRunning()).toBe(false)
    await site.sleep(2, 10 * 60_000, { unnoticed: true })
    await third.start()
    await site.server.restoreBackup()
    await site.rest()
    await site.expectEqual()
    expect(second.path().at(-1)).toBe('live')
    expect(site.faults.get('process killed')).toBe(1)
    expect(await site.close()).toEqual([])
  })
})

import { expect, test } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import type { Repair } from '../mirror/mirror.ts'
import { fakeServer } from '#test/harness/fake-server.ts'
import { fakeMirror } from '#test/harness/fake-mirror.ts'
import { fakeUpstream } from '#test/harness/fake-upstream.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import { id } from '#test/harness/mirror-data.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { repairBuckets } from './repair-buckets.ts'

test('rows that were fetched while work of our own went out are left alone: they may hold what is drawn over ours', async () => {
  const clock = manualClock()
  const server = fakeServer(clock)
  server.changeProducts(siteScope, [id('mug')], 'Mug')
  const mirror = fakeMirror(server.uid)
  const repairs: Repair[] = []
  mirror.repair = (repair) => {
    repairs.push(repair)
    return { kind: 'outdated' }
  }
  const log = recordedLog()
  const upstream = fakeUpstream(server, clock)
  upstream.pullDelayMs = 100
  let isAtRest = true
  const repair = (): Promise<number> =>
    repairBuckets(
      {
        log,
        mirror,
        upstream,
        isAtRest: () => isAtRest,
        changed: () => undefined,
        signal: new AbortController().signal,
      },
      siteScope,
      [{ table: 'products', bucket: id('mug').slice(0, 2) }],
      () => 1,
    )
  const running = repair()
  await clock.advance(50)
  isAtRest = false
  await clock.advance(50)
  expect([await running, repairs.length]).toEqual([0, 0])
  expect(log.lines).toMatchObject([{ event: 'mirror.not-repaired', facts: { because: 'own-work' } }])

  isAtRest = true
  const again = repair()
  await clock.advance(100)
  await again
  expect(repairs).toHaveLength(1)
})

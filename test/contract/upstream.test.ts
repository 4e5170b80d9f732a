import { randomUUID } from 'node:crypto'
import { afterAll } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import { fakeServer } from '#test/harness/fake-server.ts'
import { fakeUpstream, noAnswer } from '#test/harness/fake-upstream.ts'
import { startTestBackend } from '#test/harness/test-backend.ts'
import type { TestBackend } from '#test/harness/test-backend.ts'
import { upstreamContract } from './upstream.contract.ts'

upstreamContract('a server in memory', async () => {
  const server = fakeServer(realClock)
  const upstream = fakeUpstream(server, realClock)
  upstream.signedIn = false
  const id = randomUUID()
  let changes = 0
  const change = async (): Promise<void> => {
    server.changeProducts(siteScope, [changes % 2 === 0 ? id : randomUUID()], `Jug ${++changes}`)
  }
  await change()
  return {
    upstream,
    email: 'picker@shelf.test',
    password: 'right',
    change,
    cut(on) {
      upstream.failure = on ? noAnswer : null
      if (on) upstream.cutFeeds()
    },
    stop: () => upstream.stop(),
  }
})

// One backend for the whole suite; each test has a session of its own on it.
let backend: Promise<TestBackend> | null = null
const theBackend = (): Promise<TestBackend> => (backend ??= startTestBackend())
afterAll(async () => (await backend)?.stop())

upstreamContract('Supabase, by the embedded backend', async () => {
  const { connect, user, sql, faults, addStock } = await theBackend()
  const upstream = connect()
  await addStock(1)
  return {
    upstream,
    ...user,
    change: async () => {
      // A name that was not there before: an update that changes nothing is no change.
      await sql('update products set name = $1 where id = (select id from products order by id limit 1)', [
        `Jug ${randomUUID()}`,
      ])
    },
    cut: (on) => faults.cut(on),
    async stop() {
      faults.cut(false)
      await upstream.stop()
    },
  }
})

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { WarehouseId } from '#shared/domain/ids.ts'
import { siteScope, warehouseScope } from '#shared/domain/scope.ts'
import type { FeedKind } from '#shared/protocol/status.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import { connectSupabase } from '#engine/upstream/supabase.ts'
import type { Backend } from '#backend/backend.ts'
import { fakeServer } from '#test/harness/fake-server.ts'
import { fakeUpstream, noAnswer } from '#test/harness/fake-upstream.ts'
import { memorySecrets } from '#test/harness/memory-secrets.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { startQuickBackend, startTestBackend } from '#test/harness/test-backend.ts'
import { feedContract } from './upstream-feed.contract.ts'
import { upstreamContract } from './upstream.contract.ts'
import type { UpstreamWorld } from './upstream-world.ts'

const elsewhere = warehouseScope(randomUUID() as WarehouseId)

async function inMemory(): Promise<UpstreamWorld> {
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
    another: () => fakeUpstream(server, realClock),
    email: 'picker@shelf.test',
    password: 'right',
    change,
    elsewhere,
    changeElsewhere: async () => void server.change(elsewhere, 'inventory', randomUUID(), {}),
    // It knows no tokens: they are outlived at once.
    shortTokens: () => 0,
    cut(on) {
      upstream.failure = on ? noAnswer : null
      if (on) upstream.cutFeeds()
    },
    restart: async () => upstream.cutFeeds(),
    stop: () => upstream.stop(),
  }
}
upstreamContract('a server in memory', inMemory)
feedContract('of a server in memory', 'changes', inMemory)

/** One server for all tests, in a folder, so that it can be restarted; each test has sessions of its own on it. */
class RestartableBackend {
  readonly user: { email: string; password: string }
  readonly #dataDir: string
  #now: Backend

  static async start(): Promise<RestartableBackend> {
    const dataDir = await mkdtemp(join(tmpdir(), 'upstream-contract-'))
    const first = await startTestBackend({ seed: 'empty', dataDir })
    await first.addStock(1)
    // The budget of pokes may hold the last one of a burst back; here it is about what is said, not how often.
    await first.sql('update sync_settings set poke_rate = 1000')
    await first.sql(`insert into warehouses (id, code, name) values ($1, 'ELSE', 'Elsewhere')`, [
      elsewhere.replace('warehouse:', ''),
    ])
    return new RestartableBackend(dataDir, first, first.user)
  }

  private constructor(dataDir: string, first: Backend, user: { email: string; password: string }) {
    this.#dataDir = dataDir
    this.#now = first
    this.user = user
  }

  get now(): Backend {
    return this.#now
  }

  async restart(): Promise<void> {
    const port = Number(new URL(this.#now.url).port)
    await this.#now.stop()
    this.#now = await startQuickBackend({ dataDir: this.#dataDir, port })
  }

  async stop(): Promise<void> {
    await this.#now.stop()
    await rm(this.#dataDir, { recursive: true })
  }
}

let started: Promise<RestartableBackend> | null = null
afterAll(async () => (await started)?.stop())

const onSupabase =
  (feed: FeedKind): (() => Promise<UpstreamWorld>) =>
  async () => {
    const backend = await (started ??= RestartableBackend.start())
    const { url, anonKey } = backend.now
    const connect = () =>
      connectSupabase({
        address: { url, anonKey, embedded: true },
        feed,
        clock: realClock,
        log: recordedLog(),
        secrets: memorySecrets(),
      })
    const upstream = connect()
    return {
      upstream,
      another: connect,
      ...backend.user,
      change: async () => {
        // A name that was not there before: an update that changes nothing is no change.
        await backend.now.sql(
          'update products set name = $1 where id = (select id from products order by id limit 1)',
          [`Jug ${randomUUID()}`],
        )
      },
      elsewhere,
      changeElsewhere: async () => {
        await backend.now.sql(
          `insert into inventory (warehouse_id, product_id, bin, quantity_on_hand)
           select $1, id, $2, 1 from products order by id limit 1`,
          [elsewhere.replace('warehouse:', ''), randomUUID().slice(0, 8)],
        )
      },
      shortTokens() {
        backend.now.faults.tokenLifetime(6)
        return 7_000
      },
      cut: (on) => backend.now.faults.cut(on),
      restart: () => backend.restart(),
      async stop() {
        backend.now.faults.cut(false)
        backend.now.faults.tokenLifetime(3_600)
        await upstream.stop()
      },
    }
  }

upstreamContract('Supabase, on the embedded backend', onSupabase('broadcast'))
feedContract('of Supabase by broadcast, on the embedded backend', 'changes', onSupabase('broadcast'))
feedContract(
  'of Supabase by postgres_changes, on the embedded backend',
  'heads',
  onSupabase('postgres-changes'),
)

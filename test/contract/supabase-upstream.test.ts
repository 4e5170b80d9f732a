import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Command } from '#shared/domain/commands.ts'
import { MutationId, ProductId } from '#shared/domain/ids.ts'
import { isMirroredByDefault, warehouseScope } from '#shared/domain/scope.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import { connectSupabase } from '#engine/upstream/supabase.ts'
import { memorySecrets } from '#test/harness/memory-secrets.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { startTestBackend } from '#test/harness/test-backend.ts'
import type { TestBackend } from '#test/harness/test-backend.ts'
import { listening, settled, until } from './upstream-support.ts'

/* What only the real thing can show: tokens that end, keys, strangers, commands. */

let backend: TestBackend

beforeAll(async () => {
  backend = await startTestBackend({ seed: 'empty' })
  await backend.addStock(3)
})
afterEach(() => {
  backend.faults.tokenLifetime(3_600)
  backend.faults.refuse(null)
})
afterAll(() => backend.stop())

async function signedIn() {
  const upstream = backend.connect()
  const user = settled(await upstream.signIn(backend.user.email, backend.user.password))
  const scopes = settled(await upstream.pull([], 1)).granted.filter(isMirroredByDefault)
  return { upstream, user, scopes }
}

const connectTo = (url: string, anonKey: string) =>
  connectSupabase({
    address: { url, anonKey, embedded: false },
    clock: realClock,
    log: recordedLog(),
    secrets: memorySecrets(),
  })

test('a captive portal fails questions by its kind and leaves the session alone', async () => {
  backend.faults.tokenLifetime(1)
  const { upstream, user } = await signedIn()
  for (const [status, kind] of [
    [511, 'not-supabase'],
    // The platform's fetch keeps a 407 to itself and reports no answer.
    [407, 'offline'],
    [429, 'retry'],
    [503, 'retry'],
  ] as const) {
    backend.faults.refuse(status)
    expect((await upstream.pull([], 1)).kind).toBe(kind)
  }
  backend.faults.refuse(null)
  backend.faults.tokenLifetime(3_600)
  expect(settled(await upstream.authenticate())).toEqual(user)
  await upstream.stop()
})

test('a wrong key is told from a wrong address, and both from no address', async () => {
  const stranger = createServer((_request, response) => response.end('<html>It works!</html>'))
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  const strangerUrl = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
  const probe = async (url: string, key: string) => (await connectTo(url, key).probe()).kind

  expect(await probe(backend.url, backend.anonKey)).toBe('settled')
  expect(await probe(backend.url, 'not-a-key')).toBe('wrong-key')
  expect(await probe(strangerUrl, backend.anonKey)).toBe('not-supabase')
  expect(await probe('http://127.0.0.1:9', backend.anonKey)).toBe('offline')
  expect(await probe('no address', backend.anonKey)).toBe('not-supabase')
  expect((await connectTo(backend.url, 'not-a-key').signIn('a@b.test', 'x')).kind).toBe('wrong-key')
  stranger.close()
})

test('[O2] a command is applied once however often it is pushed, and its effect is poked', async () => {
  const { upstream, scopes } = await signedIn()
  const heard = await listening(upstream, scopes)
  const [row] = await backend.sql<{ id: string; quantity_on_hand: number; product_id: string }>(
    'select id, product_id, quantity_on_hand from inventory where warehouse_id = $1 order by id limit 1',
    [backend.warehouseId],
  )
  const command: Command = {
    kind: 'receive',
    mutation_id: MutationId.parse(randomUUID()),
    warehouse_id: backend.warehouseId,
    product_id: ProductId.parse(row?.product_id),
    bin: 'A-1',
    station_id: null,
    operator_id: null,
    happened_at: new Date().toISOString(),
    reference: null,
    quantity: 4,
  }
  const first = settled(await upstream.push([command]))
  expect(first).toMatchObject([{ outcome: 'applied', mutation_id: command.mutation_id }])
  expect(settled(await upstream.push([command]))).toEqual(first)
  // Whoever missed both answers hears it with the next pages.
  const neverSent = MutationId.parse(randomUUID())
  const { outcomes } = settled(await upstream.pull([], 1, [neverSent, command.mutation_id]))
  expect(outcomes).toEqual(first)
  const poke = await until(() =>
    heard.pokes.find(({ scope }) => scope === warehouseScope(backend.warehouseId)),
  )
  expect(poke.changes?.[0]?.row).toMatchObject({ quantity_on_hand: (row?.quantity_on_hand ?? 0) + 4 })
  await upstream.stop()
})

test('a digest names every table and bucket of a scope', async () => {
  const { upstream } = await signedIn()
  const digest = settled(await upstream.digest(warehouseScope(backend.warehouseId)))
  const inventory = digest.buckets.filter(({ table }) => table === 'inventory')
  expect(inventory.reduce((sum, { count }) => sum + count, 0)).toBe(3)
  expect(await upstream.digest(warehouseScope(randomUUID() as never))).toMatchObject({ kind: 'refused' })
  await upstream.stop()
})

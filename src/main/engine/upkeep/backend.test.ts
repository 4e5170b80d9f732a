import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Diagnostics } from '#shared/protocol/diagnostics.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import { warehouseScope } from '#shared/domain/scope.ts'
import { mirrorPath } from '#engine/mirror/sqlite-mirror.ts'
import { must } from '#shared/lib/must.ts'
import { removeFolder, startConsole, temporaryFolder } from '#test/harness/console.ts'
import type { TestConsole } from '#test/harness/console.ts'
import { memorySecrets } from '#test/harness/memory-secrets.ts'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { startTestBackend } from '#test/harness/test-backend.ts'
import type { TestBackend } from '#test/harness/test-backend.ts'

/* The whole way: the engine with its inspector's thread, supabase-js, the embedded backend and its SQL. */

let backend: TestBackend
const directory = temporaryFolder()
const secrets = memorySecrets()

beforeAll(async () => {
  backend = await startTestBackend({ seed: 'empty' })
  await backend.addStock(300)
})
afterAll(async () => {
  await backend.stop()
  removeFolder(directory)
})

const start = (): Promise<TestConsole> =>
  startConsole({
    server: backend.address,
    demoSignIn: backend.user,
    directory,
    secrets,
    random: () => 0,
    inspectorThread: true,
  })

async function diagnostics(console: TestConsole): Promise<Diagnostics> {
  const view = { viewId: 'diagnostics' as ViewId, view: { name: 'diagnostics', params: {} } } as const
  const opened = await console.engine.ask(console.window, 'view.open', view)
  if (!opened.ok || opened.value.result.kind !== 'value') throw new Error('The view did not open.')
  return opened.value.result.value as Diagnostics
}

/** The summary of the hall as a window sees it. */
async function unitsOnHand(console: TestConsole): Promise<number> {
  const { warehouseId } = backend
  const view = {
    viewId: 'summary' as ViewId,
    view: { name: 'summary', params: { warehouseId } },
  } as const
  const opened = await console.engine.ask(console.window, 'view.open', view)
  if (!opened.ok || opened.value.result.kind !== 'value') throw new Error('The view did not open.')
  return (opened.value.result.value as { unitsOnHand: number }).unitsOnHand
}

test('[M3] rows damaged overnight are found and put right within seconds of the morning’s start', async () => {
  const evening = await start()
  await evening.reaches('live')
  const owner = must(evening.status().user, 'the user').id
  expect(await unitsOnHand(evening)).toBe(1_500)
  await evening.stop()

  const file = new Database(mirrorPath(directory, backend.address.url, owner))
  const [lost, wrong] = file.prepare<[], { id: string }>('select id from inventory order by id limit 2').all()
  file.prepare('delete from inventory where id = ?').run(must(lost, 'a row').id)
  file
    .prepare('update inventory set quantity_on_hand = 999, seq = seq + 7 where id = ?')
    .run(must(wrong, 'a row').id)
  file.close()

  const morning = await start()
  await morning.reaches('live')
  await vi.waitFor(
    async () => {
      const { proofs } = await diagnostics(morning)
      expect(proofs.find(({ scope }) => scope === warehouseScope(backend.warehouseId))).toMatchObject({
        outcome: 'repaired',
        rowsRepaired: 2,
      })
    },
    { timeout: PATIENCE_MS, interval: 100 },
  )
  const { rowsRepaired, scopes } = await diagnostics(morning)
  expect(rowsRepaired).toBe(2)
  expect(scopes.map(({ cursor, head }) => cursor === head)).toEqual([true, true, true])
  expect(await unitsOnHand(morning)).toBe(1_500)
  expect(morning.log.filter(({ event }) => event === 'mirror.repaired')).toHaveLength(1)
  await morning.stop()

  const healed = new Database(mirrorPath(directory, backend.address.url, owner), { readonly: true })
  const quantity = 'select quantity_on_hand from inventory where id in (?, ?)'
  expect(healed.prepare(quantity).pluck().all(lost?.id, wrong?.id)).toEqual([5, 5])
  healed.close()
})

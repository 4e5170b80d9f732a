import { createClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { UserId } from '#shared/domain/ids.ts'
import { removeFolder, startConsole } from '#test/harness/console.ts'
import type { TestConsole } from '#test/harness/console.ts'
import { startTestBackend } from '#test/harness/test-backend.ts'
import type { TestBackend } from '#test/harness/test-backend.ts'
import { mirrorPath } from '#engine/mirror/sqlite-mirror.ts'
import { compareMirror } from '../../scripts/lib/compare-mirror.ts'

let backend: TestBackend
let server: ReturnType<typeof createClient>
const consoles: TestConsole[] = []

beforeAll(async () => {
  backend = await startTestBackend()
  await backend.addStock(1_000)
  server = createClient(backend.url, backend.anonKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: WebSocket as never },
  })
  const { error } = await server.auth.signInWithPassword(backend.user)
  if (error) throw error
})
afterAll(async () => {
  for (const each of consoles) {
    await each.stop()
    removeFolder(each.directory)
  }
  await backend.stop()
})

async function open(options: Omit<Parameters<typeof startConsole>[0], 'server'> = {}): Promise<TestConsole> {
  const console = await startConsole({ server: backend.address, demoSignIn: backend.user, ...options })
  consoles.push(console)
  return console
}

async function expectEqual(console: TestConsole): Promise<void> {
  const owner = UserId.parse(console.status().user?.id)
  const file = mirrorPath(console.directory, backend.url, owner)
  expect((await compareMirror(file, server)).differences).toEqual([])
}

test('[M3] [L2] [L3] the cable is out while 500 rows change; soon after it is back the console is live and equal', async () => {
  const terminal = await open()
  await terminal.reaches('live')
  await expectEqual(terminal)

  backend.faults.cut(true)
  await terminal.reaches('waiting')
  expect(terminal.status().lostAt).not.toBeNull()
  const asOf = terminal.status().asOf
  await backend.receive(500)
  expect(terminal.status().asOf).toBe(asOf)

  backend.faults.cut(false)
  const backMs = await terminal.reaches('live')
  await expectEqual(terminal)
  expect(terminal.status().lostAt).toBeNull()
  expect(terminal.status().asOf).toBeGreaterThan(asOf ?? 0)
  const longestWaitMs = 4_000
  expect(backMs).toBeLessThan(5_000 + longestWaitMs)
  console.info(`Live again ${Math.round(backMs)} ms after the cable was back.`)
}, 60_000)

test('a console started without a network shows the last user’s stock at once, with its age', async () => {
  const earlier = await open()
  await earlier.reaches('live')
  const { asOf } = earlier.status()
  await earlier.stop()

  backend.faults.cut(true)
  const { directory, secrets } = earlier
  const later = await open({ directory, secrets, demoSignIn: null })
  await later.reaches('waiting')
  expect(later.status()).toMatchObject({ asOf, user: { email: backend.user.email } })
  expect(later.status().memberships).toContainEqual({ warehouseId: backend.warehouseId, role: 'manager' })
  const view = {
    name: 'summary' as const,
    params: { warehouseId: backend.warehouseId },
  }
  const summary = await later.engine.ask(later.window, 'view.open', { viewId: 's' as never, view })
  expect(summary).toMatchObject({ ok: true, value: { result: { value: { products: 1_000 } } } })
  backend.faults.cut(false)
  await later.reaches('live')
  await expectEqual(later)
}, 60_000)

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawSocket } from './support/raw-socket.ts'
import { RecordedClient } from './support/recorded-client.ts'
import {
  openTestDatabase,
  startBackendUnderTest,
  type BackendUnderTest,
} from './support/backend-under-test.ts'

let backend: BackendUnderTest
beforeAll(async () => {
  const database = await openTestDatabase('')
  backend = await startBackendUnderTest(database, {
    settings: { joinErrorBackoffMs: 0, connectErrorBackoffMs: 0, maxJoinsPerSecond: 1_000_000 },
  })
})
afterAll(async () => {
  await backend.stop()
  await backend.database.close()
})

const event = fc.constantFrom(
  'phx_join',
  'phx_leave',
  'broadcast',
  'presence',
  'access_token',
  'heartbeat',
  '',
)
const topic = fc.constantFrom<unknown>(
  'realtime:a',
  'realtime:',
  'realtime:public:x:y',
  'phoenix',
  'b',
  5,
  null,
)
const ref = fc.constantFrom<unknown>('1', '2', null, 7, {})
const scalar = fc.oneof(
  fc.boolean(),
  fc.string(),
  fc.integer(),
  fc.constant(null),
  fc.constant({}),
  fc.constant([]),
)
const config = fc.record(
  {
    private: scalar,
    broadcast: fc.oneof(
      scalar,
      fc.record({
        self: scalar,
        ack: scalar,
        replay: fc.oneof(scalar, fc.record({ since: scalar, limit: scalar })),
      }),
    ),
    presence: fc.oneof(scalar, fc.record({ key: scalar, enabled: scalar })),
    postgres_changes: fc.oneof(
      scalar,
      fc.array(
        fc.record(
          { event: scalar, schema: scalar, table: scalar, filter: scalar, select: scalar },
          { requiredKeys: [] },
        ),
        { maxLength: 3 },
      ),
    ),
  },
  { requiredKeys: [] },
)
const payload = fc.oneof(
  scalar,
  fc.record({ config: fc.oneof(scalar, config), access_token: scalar }, { requiredKeys: [] }),
  fc.record(
    { type: scalar, event: fc.constantFrom('track', 'untrack', 'x', null), payload: scalar },
    { requiredKeys: [] },
  ),
)
const frame = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(ref, ref, topic, event, payload).map((fields) => JSON.stringify(fields)) },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from([3, ...bytes])) },
)

describe('a client that sends anything at all', () => {
  test('never stops the server, its own socket, or anybody else', async () => {
    const bystander = await RawSocket.open(backend)
    await bystander.join('quiet', {})
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 12 }), async (frames) => {
        const socket = await RawSocket.open(backend)
        for (const data of frames) socket.client.send(data)
        await socket.heartbeat()
        socket.client.terminate()
      }),
      { numRuns: 60 },
    )
    await bystander.heartbeat()
    expect(bystander.client.unread).toEqual([])
    expect(backend.logged.filter((line) => line.includes('TypeError'))).toEqual([])
  })

  test.each([
    '//',
    '/realtime/v1/websocket?apikey=%',
    '/realtime/v1/websocket?vsn=2.0.0&apikey=a.b.c',
    '/?\u007f',
  ])('a handshake on %j is answered', async (path) => {
    const client = new RecordedClient(backend.wsUrl + path)
    await client.opened()
    expect(client.refusal?.status).toBeGreaterThanOrEqual(400)
  })
})

import { createServer } from 'node:http'
import { attachRealtime, RECORDED_SETTINGS, type RealtimeSettings } from '#backend/realtime/index.ts'
import { FaultState } from '#backend/faults.ts'
import { openPgliteDatabase } from '#backend/pglite-database.ts'
import { openPostgresDatabase } from '#backend/postgres-database.ts'
import { platformScripts } from '#backend/platform/platform.ts'
import { signJwt } from '#backend/jwt.ts'
import { startNativePostgres } from '#test/harness/native-postgres.ts'
import type { AddressInfo } from 'node:net'
import type { Database } from '#backend/database.ts'

export const JWT_SECRET = 'a secret for tests that is long enough for HS256'

/** Realtime alone on an in-memory Postgres, as the recordings' server had one. */
export interface BackendUnderTest {
  /** Without a path. */
  httpUrl: string
  wsUrl: string
  database: Database
  faults: FaultState
  /** Lines that the server logged. */
  logged: string[]
  anonKey: string
  serviceRoleKey: string
  sign(claims: Record<string, unknown>): Promise<string>
  stop(): Promise<void>
}

export interface BackendUnderTestOptions {
  settings?: Partial<RealtimeSettings>
  random?: () => number
}

const FAR_FUTURE_S = 4_102_444_800

/** An in-memory Postgres with the platform scripts and `schema` run. It takes a second or more, so tests of a file share one. */
export async function openTestDatabase(schema: string): Promise<Database> {
  return prepared(await openPgliteDatabase(), schema)
}

/** The same on a native server of its own, which is stopped with the database. */
export async function openNativeTestDatabase(schema: string): Promise<Database> {
  const server = await startNativePostgres()
  const database = await openPostgresDatabase({ url: await server.createDatabase('shelf') })
  const close = database.close.bind(database)
  database.close = async () => {
    await close()
    await server.stop()
  }
  return prepared(database, schema)
}

async function prepared(database: Database, schema: string): Promise<Database> {
  for (const script of platformScripts) await database.script(script)
  await database.script(schema)
  return database
}

/** Attaches Realtime to a server of its own. The database stays open when it is stopped. */
export async function startBackendUnderTest(
  database: Database,
  options: BackendUnderTestOptions = {},
): Promise<BackendUnderTest> {
  const faults = new FaultState()
  const logged: string[] = []
  const server = createServer()
  const realtime = await attachRealtime({
    server,
    database,
    jwtSecret: JWT_SECRET,
    faults,
    settings: { ...RECORDED_SETTINGS, ...options.settings },
    ...(options.random ? { random: options.random } : {}),
    log: (line) => logged.push(line),
  })
  server.on('request', (incoming, outgoing) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
      const request = new Request(`http://localhost${incoming.url}`, {
        method: incoming.method ?? 'GET',
        headers: incoming.headers as Record<string, string>,
        ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
      })
      const response = (await realtime.handleHttp(request)) ?? new Response('Not Found', { status: 404 })
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      outgoing.end(Buffer.from(await response.arrayBuffer()))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const sign = (claims: Record<string, unknown>): Promise<string> => signJwt(JWT_SECRET, claims)
  return {
    httpUrl: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}`,
    database,
    faults,
    logged,
    anonKey: await sign({ role: 'anon', iss: 'supabase', exp: FAR_FUTURE_S }),
    serviceRoleKey: await sign({ role: 'service_role', iss: 'supabase', exp: FAR_FUTURE_S }),
    sign,
    async stop() {
      await realtime.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

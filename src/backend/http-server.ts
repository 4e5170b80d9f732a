import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { BackendStartError } from './start-error.ts'
import type { HttpBindings } from './faults-http.ts'

/**
 * How long a connection may wait for its next request, as a Supabase project's gateway has it. With Node's 5 s a long
 * statement of PGlite, which holds this thread, would end connections just as the next request arrives on them.
 */
const IDLE_CONNECTION_MS = 75_000

/** A server for `app` that does not listen yet. */
export function httpServerFor(app: () => Hono<{ Bindings: HttpBindings }>): Server {
  const answer = getRequestListener(
    (request, env) => app().fetch(request, { incoming: env.incoming as never }),
    { overrideGlobalObjects: false },
  )
  // The listener answers its own errors; nothing is left for the caller.
  const server = createServer((request, response) => void answer(request, response))
  server.keepAliveTimeout = IDLE_CONNECTION_MS
  return server
}

/** Listens and returns the port, which the system chose when `port` is 0. Throws BackendStartError (port-in-use). */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((listening, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => failed(portError(error, host, port)))
    server.listen(port, host, listening)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return address.port
}

/** Stops listening and ends every connection, also those that wait for their next request. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()))
  server.closeAllConnections()
  await closed
}

function portError(error: NodeJS.ErrnoException, host: string, port: number): BackendStartError {
  const message =
    error.code === 'EADDRINUSE'
      ? `Port ${port} is in use by another program. Stop it, choose another --port, or 0 for any free one.`
      : `The backend cannot listen on ${host}:${port}: ${error.message}`
  return new BackendStartError('port-in-use', message, error)
}

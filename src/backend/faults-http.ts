import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Hono, type MiddlewareHandler } from 'hono'
import { z } from 'zod'
import type { FaultKnobs } from './backend.ts'
import type { FaultState } from './faults.ts'

/*
 * Faults over HTTP. A cut network answers nothing: sockets end without a word, as when the cable is out.
 */

export const FAULTS_PATH = '/__faults'

/** The request under a Hono context; absent when the app is called without a server. */
export interface HttpBindings {
  incoming?: IncomingMessage
}

/** Waits, refuses or hangs up on a request as the faults ask. Nothing happens while they are off. */
export function applyHttpFaults(faults: FaultState): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (c, next) => {
    if (faults.delayMs > 0) await sleep(faults.delayMs)
    if (faults.cut) {
      c.env.incoming?.socket.destroy()
      return c.body(null, 503)
    }
    const status = faults.refuseStatus
    if (status === null) return next()
    const page = `<!doctype html><title>${status}</title><h1>${status}</h1><p>Not now.</p>`
    return new Response(page, { status, headers: { 'content-type': 'text/html' } })
  }
}

/** Ends every open socket of `server` when the cable is pulled, but those that turn the knobs. */
export function hangUpOnCut(server: Server, faults: FaultState): void {
  const sockets = new Set<Socket>()
  const turningKnobs = new WeakSet<Socket>()
  const onConnection = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }
  const onRequest = ({ url, socket }: IncomingMessage): void => {
    if (url?.startsWith(FAULTS_PATH)) turningKnobs.add(socket)
    else turningKnobs.delete(socket)
  }
  server.on('connection', onConnection).prependListener('request', onRequest)
  faults.onCut((on) => {
    if (!on) return
    for (const socket of sockets) if (!turningKnobs.has(socket)) socket.destroy()
  })
}

const KnobTurns = z.strictObject({
  cut: z.boolean().optional(),
  delay: z.number().optional(),
  drop: z.number().optional(),
  duplicate: z.number().optional(),
  reorder: z.number().optional(),
  tokenLifetime: z.number().optional(),
  refuse: z.number().nullable().optional(),
  refuseUpgrade: z
    .union([z.number(), z.literal('hang'), z.strictObject({ status: z.number(), error: z.string() })])
    .nullable()
    .optional(),
  refuseJoins: z.string().nullable().optional(),
  freeze: z.boolean().optional(),
  hangUp: z.number().optional(),
  drain: z.literal(true).optional(),
  expel: z.string().optional(),
  calm: z.literal(true).optional(),
})

/**
 * The door for tests that run the backend as a process of its own: POST {"cut": true, "delay": 200, …} turns the knobs
 * named. Only for the holder of the service-role key.
 */
export function faultRoutes(knobs: FaultKnobs, serviceRoleKey: string): Hono {
  const app = new Hono()
  app.post('/', async (c) => {
    const key = c.req.header('apikey') ?? c.req.header('authorization')?.replace(/^Bearer /i, '')
    if (key !== serviceRoleKey) return c.json({ message: 'The service-role key is needed here.' }, 401)
    const turns = KnobTurns.safeParse(await c.req.json().catch(() => null))
    if (!turns.success) return c.json({ message: z.prettifyError(turns.error) }, 400)
    try {
      turnKnobs(knobs, turns.data)
    } catch (error) {
      if (error instanceof RangeError) return c.json({ message: error.message }, 400)
      throw error
    }
    return c.json({ turned: Object.keys(turns.data) })
  })
  return app
}

function turnKnobs(knobs: FaultKnobs, turns: z.infer<typeof KnobTurns>): void {
  if (turns.calm) knobs.calm()
  if (turns.delay !== undefined) knobs.delay(turns.delay)
  if (turns.drop !== undefined) knobs.drop(turns.drop)
  if (turns.duplicate !== undefined) knobs.duplicate(turns.duplicate)
  if (turns.reorder !== undefined) knobs.reorder(turns.reorder)
  if (turns.tokenLifetime !== undefined) knobs.tokenLifetime(turns.tokenLifetime)
  if (turns.refuse !== undefined) knobs.refuse(turns.refuse)
  if (turns.refuseUpgrade !== undefined) knobs.refuseUpgrade(turns.refuseUpgrade)
  if (turns.refuseJoins !== undefined) knobs.refuseJoins(turns.refuseJoins)
  if (turns.freeze !== undefined) knobs.freeze(turns.freeze)
  // Last: what these take down meets the other faults when it comes back.
  if (turns.expel !== undefined) knobs.expel(turns.expel)
  if (turns.drain) knobs.drain()
  if (turns.hangUp !== undefined) knobs.hangUp(turns.hangUp)
  if (turns.cut !== undefined) knobs.cut(turns.cut)
}

import { Authorization } from './authorization.ts'
import { BroadcastHub } from './broadcast-hub.ts'
import { ChangeFeed } from './changes/change-feed.ts'
import { createLimits } from './limits.ts'
import { DatabaseBroadcasts } from './database-broadcasts.ts'
import { Gateway } from './socket/gateway.ts'
import { HttpApi } from './http-api.ts'
import { LOCAL_SETTINGS, type RealtimeSettings } from './settings.ts'
import { PresenceRegistry } from './presence-registry.ts'
import { startJanitor } from './janitor.ts'
import { tokenVerifier } from './tokens.ts'
import type { Database } from '../database.ts'
import type { Duplex } from 'node:stream'
import type { FaultState } from '../faults.ts'
import type { IncomingMessage, Server } from 'node:http'
import type { RealtimeContext } from './context.ts'

export { LOCAL_SETTINGS, RECORDED_SETTINGS, type RealtimeSettings } from './settings.ts'

export interface RealtimeDeps {
  server: Server
  /** With the platform scripts run: the `realtime` schema must be there. */
  database: Database
  jwtSecret: string
  faults: FaultState
  /** What differs from `LOCAL_SETTINGS`. */
  settings?: Partial<RealtimeSettings>
  /** 0 up to 1; Math.random when not given. A seeded one makes faults repeatable. */
  random?: () => number
  log: (line: string) => void
}

export interface Realtime {
  /** Answers `POST /realtime/v1/api/broadcast` and `…/broadcast/:topic/events/:event`; null for other requests. */
  handleHttp(request: Request): Promise<Response | null>
  /** Closes all websockets with code 1012 and stops listening to the database. */
  stop(): Promise<void>
}

/**
 * Serves Realtime on `/realtime/v1/websocket` of an HTTP server. It takes over all upgrades of that server.
 * Rejects with DatabaseError when the database is not set up for it.
 */
export async function attachRealtime(deps: RealtimeDeps): Promise<Realtime> {
  const context = createContext(deps)
  const { database, faults, log } = deps
  const messages = new DatabaseBroadcasts({
    database,
    hub: context.broadcasts,
    rate: context.limits.events,
    maxPayloadBytes: context.settings.maxPayloadBytes,
    log,
  })
  await messages.start()
  await context.changes.start()
  const gateway = new Gateway(context)
  const http = new HttpApi(context)
  const stopJanitor = startJanitor(database, context.settings, log)
  const ignoreCuts = faults.onCut((on) => on && gateway.cutAll())
  const ignoreDisturbances = faults.onDisturbance((disturbance) => gateway.disturb(disturbance))
  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void =>
    gateway.upgrade(request, stream, head)
  deps.server.on('upgrade', upgrade)
  return {
    handleHttp: (request) => http.handle(request),
    async stop() {
      deps.server.off('upgrade', upgrade)
      ignoreCuts()
      ignoreDisturbances()
      stopJanitor()
      await gateway.stop()
      await messages.stop()
      await context.changes.stop()
    },
  }
}

function createContext({
  database,
  jwtSecret,
  faults,
  settings: given,
  random,
  log,
}: RealtimeDeps): RealtimeContext {
  const settings = { ...LOCAL_SETTINGS, ...given }
  const limits = createLimits(settings)
  return {
    settings,
    database,
    broadcasts: new BroadcastHub(),
    presenceNews: new BroadcastHub(),
    presence: new PresenceRegistry(),
    authorization: new Authorization(database, log),
    changes: new ChangeFeed({ database, settings, rate: limits.changes, log }),
    limits,
    verifyToken: tokenVerifier(jwtSecret),
    faults,
    random: random ?? Math.random,
    log,
  }
}

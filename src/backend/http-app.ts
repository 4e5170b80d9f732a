import { Hono } from 'hono'
import { authRoutes, type AuthRoutesDeps } from './auth/routes.ts'
import { FAULTS_PATH, applyHttpFaults, faultRoutes, type HttpBindings } from './faults-http.ts'
import { requireApiKey } from './gateway.ts'
import { restRoutes, type RestDeps } from './rest/routes.ts'
import type { FaultKnobs } from './backend.ts'
import type { FaultState } from './faults.ts'
import type { ApiKeys } from './jwt.ts'

export interface HttpAppDeps {
  keys: ApiKeys
  faults: FaultState
  /** Null: there is no door to the faults. */
  knobs: FaultKnobs | null
  auth: AuthRoutesDeps
  rest: RestDeps
  realtime: { handleHttp(request: Request): Promise<Response | null> }
}

/** All services behind one address, as a Supabase project has them. */
export function httpApp({ keys, faults, knobs, auth, rest, realtime }: HttpAppDeps): Hono<{
  Bindings: HttpBindings
}> {
  const app = new Hono<{ Bindings: HttpBindings }>()
  // Before the faults: a knob can be turned back while they are on.
  if (knobs) app.route(FAULTS_PATH, faultRoutes(knobs, keys.serviceRoleKey))
  app.use(applyHttpFaults(faults))
  app.use(requireApiKey(keys))
  app.route('/auth/v1', authRoutes(auth))
  app.route('/rest/v1', restRoutes(rest))
  app.all('/realtime/v1/*', async (c) => (await realtime.handleHttp(c.req.raw)) ?? c.notFound())
  app.notFound((c) => c.json({ message: 'no Route matched with those values' }, 404))
  return app
}

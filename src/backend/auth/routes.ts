import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { DatabaseError } from '../database.ts'
import { API_VERSION_HEADER, AuthError, authErrorResponse, validationFailed } from './errors.ts'
import { adminRoutes } from './admin-routes.ts'
import { bearerOf, readJson } from './request.ts'
import type { AuthService } from './service.ts'
import type { Database } from '../database.ts'

export interface AuthRoutesDeps {
  auth: AuthService
  database: Database
  log: (line: string) => void
}

const PasswordGrant = z.object({ email: z.string().min(1), password: z.string() })
const RefreshGrant = z.object({ refresh_token: z.string().min(1) })

/** The part of Supabase Auth that a console uses, mounted at /auth/v1. */
export function authRoutes({ auth, database, log }: AuthRoutesDeps): Hono {
  const app = new Hono()

  app.post('/token', async (c) => {
    const body = await readJson(c.req)
    switch (c.req.query('grant_type')) {
      case 'password': {
        const grant = PasswordGrant.safeParse(body)
        if (!grant.success) throw validationFailed('missing email or phone')
        const { email, password } = grant.data
        return c.json(await auth.signIn(email, password, c.req.header('user-agent') ?? null))
      }
      case 'refresh_token': {
        const grant = RefreshGrant.safeParse(body)
        if (!grant.success) throw validationFailed('refresh_token required')
        return c.json(await auth.refresh(grant.data.refresh_token))
      }
      default:
        throw new AuthError(400, 'invalid_credentials', 'unsupported_grant_type')
    }
  })

  app.get('/user', async (c) => {
    const { user } = await auth.userOf(bearerOf(c.req))
    return c.json(user.view)
  })

  app.post('/logout', async (c) => {
    await auth.signOut(bearerOf(c.req), c.req.query('scope') ?? 'global')
    return c.body(null, 204)
  })

  app.post('/signup', () => {
    throw new AuthError(422, 'signup_disabled', 'Signups not allowed for this instance')
  })

  app.get('/health', (c) =>
    c.json({ version: 'embedded', name: 'GoTrue', description: 'Embedded auth of Smart Shelf Console' }),
  )

  app.get('/settings', (c) =>
    c.json({
      external: { email: true, phone: false, anonymous_users: false },
      disable_signup: true,
      mailer_autoconfirm: true,
      phone_autoconfirm: false,
      sms_provider: '',
      saml_enabled: false,
    }),
  )

  // Tokens are signed with a shared secret, so there is no public key to show.
  app.get('/.well-known/jwks.json', (c) => c.json({ keys: [] }))

  app.route('/admin', adminRoutes({ auth, database }))

  app.notFound((c) => respond(c, new AuthError(404, 'not_found', 'Not found')))
  app.onError((error, c) => {
    if (error instanceof AuthError) return respond(c, error)
    log(`Auth failed at ${c.req.method} ${c.req.path}: ${describe(error)}`)
    return respond(c, new AuthError(500, 'unexpected_failure', 'Unexpected failure'))
  })
  return app
}

function respond(c: Context, error: AuthError): Response {
  return authErrorResponse(error, c.req.header(API_VERSION_HEADER) ?? null)
}

function describe(error: Error): string {
  return error instanceof DatabaseError ? `${error.code} ${error.message}` : error.message
}

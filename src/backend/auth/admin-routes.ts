import { Hono, type HonoRequest } from 'hono'
import { z } from 'zod'
import { DatabaseError } from '../database.ts'
import { AuthError, validationFailed } from './errors.ts'
import { hashPassword } from './passwords.ts'
import { bearerOf, readJson } from './request.ts'
import { createUser, deleteUser, findUserById, listUsers, updateUser } from './users.ts'
import type { AuthUser, UserChange } from './users.ts'
import type { AuthService } from './service.ts'
import type { Database } from '../database.ts'

const Metadata = z.record(z.string(), z.unknown())
const SHORTEST_PASSWORD = 6

const NewUserBody = z.object({
  id: z.guid().optional(),
  email: z.email(),
  password: z.string().optional(),
  email_confirm: z.boolean().optional(),
  app_metadata: Metadata.optional(),
  user_metadata: Metadata.optional(),
})

const ChangeBody = z.object({
  email: z.email().optional(),
  password: z.string().optional(),
  email_confirm: z.boolean().optional(),
  app_metadata: Metadata.optional(),
  user_metadata: Metadata.optional(),
  ban_duration: z.string().optional(),
})

/** User management for whoever holds the service-role key. */
export function adminRoutes({ auth, database }: { auth: AuthService; database: Database }): Hono {
  const app = new Hono()

  app.use(async (c, next) => {
    const { role } = await auth.claimsOf(bearerOf(c.req))
    if (role !== 'service_role') throw new AuthError(403, 'not_admin', 'User not allowed')
    await next()
  })

  app.post('/users', async (c) => {
    const body = parse(NewUserBody, await readJson(c.req))
    const passwordHash = body.password === undefined ? null : await hashChecked(body.password)
    const user = {
      email: body.email,
      passwordHash,
      isConfirmed: body.email_confirm ?? false,
      ...(body.id !== undefined && { id: body.id }),
      ...(body.app_metadata && { appMetadata: body.app_metadata }),
      ...(body.user_metadata && { userMetadata: body.user_metadata }),
    }
    const created = await unlessTaken(() => database.transaction((tx) => createUser(tx, user)))
    return c.json(created.view)
  })

  app.get('/users', async (c) => {
    const page = pageNumber(c.req.query('page'), 1)
    const users = await listUsers(database, page, pageNumber(c.req.query('per_page'), 50))
    return c.json({ users: users.map((user) => user.view), aud: 'authenticated' })
  })

  app.get('/users/:id', async (c) => {
    return c.json(known(await findUserById(database, userId(c.req))).view)
  })

  app.put('/users/:id', async (c) => {
    const change = await asChange(parse(ChangeBody, await readJson(c.req)))
    const id = userId(c.req)
    return c.json(known(await unlessTaken(() => updateUser(database, id, change))).view)
  })

  app.delete('/users/:id', async (c) => {
    if (!(await deleteUser(database, userId(c.req)))) throw userNotFound()
    return c.json({})
  })

  return app
}

async function asChange(body: z.infer<typeof ChangeBody>): Promise<UserChange> {
  return {
    ...(body.email !== undefined && { email: body.email }),
    ...(body.password !== undefined && { passwordHash: await hashChecked(body.password) }),
    ...(body.email_confirm === true && { isConfirmed: true }),
    ...(body.app_metadata && { appMetadata: body.app_metadata }),
    ...(body.user_metadata && { userMetadata: body.user_metadata }),
    ...(body.ban_duration !== undefined && { banForS: durationS(body.ban_duration) }),
  }
}

/** A duration such as "24h" or "1h30m" in seconds; "none" is null. */
function durationS(text: string): number | null {
  if (text === 'none') return null
  const units: Record<string, number> = { h: 3_600, m: 60, s: 1 }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([hms])/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw validationFailed('invalid format for ban duration')
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0), 0)
}

function hashChecked(password: string): Promise<string> {
  if (password.length < SHORTEST_PASSWORD) {
    const message = `Password should be at least ${SHORTEST_PASSWORD} characters.`
    throw new AuthError(422, 'weak_password', message)
  }
  return hashPassword(password)
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw validationFailed(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`)
}

async function unlessTaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== '23505') throw error
    throw new AuthError(422, 'email_exists', 'A user with this email address has already been registered')
  }
}

function userId(request: HonoRequest): string {
  const id = z.guid().safeParse(request.param('id'))
  if (!id.success) throw new AuthError(404, 'validation_failed', 'user_id must be an UUID')
  return id.data
}

function known(user: AuthUser | null): AuthUser {
  if (!user) throw userNotFound()
  return user
}

function userNotFound(): AuthError {
  return new AuthError(404, 'user_not_found', 'User not found')
}

function pageNumber(text: string | undefined, otherwise: number): number {
  const page = Number(text ?? otherwise)
  return Number.isInteger(page) && page > 0 ? page : otherwise
}

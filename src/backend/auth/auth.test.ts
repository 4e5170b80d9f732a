import { createClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBackend } from '../compose.ts'
import { signJwt, verifyJwt } from '../jwt.ts'
import type { Backend } from '../backend.ts'

const SECRET = 'a-secret-that-only-this-test-knows-0123456789'
const PASSWORD = 'right horse'

let backend: Backend
let admin: Client

const client = (key = backend.anonKey) =>
  createClient(backend.url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  })

type Client = ReturnType<typeof client>

let made = 0
/** A user of its own for each story. */
async function newUser(): Promise<{ id: string; email: string }> {
  made += 1
  const email = `person-${made}@example.com`
  const { data, error } = await admin.auth.admin.createUser({
    email,
    password: PASSWORD,
    email_confirm: true,
  })
  if (error) throw error
  return { id: data.user.id, email }
}

async function signedIn(email: string): Promise<{
  supabase: Client
  access: string
  refresh: string
}> {
  const supabase = client()
  const { data, error } = await supabase.auth.signInWithPassword({ email, password: PASSWORD })
  if (error) throw error
  return { supabase, access: data.session.access_token, refresh: data.session.refresh_token }
}

interface TokenReply {
  access_token: string
  refresh_token: string
  code?: string
}

/** A refresh as plain HTTP, so that a test can show whatever token it likes. */
async function refresh(token: string): Promise<{ status: number; body: TokenReply }> {
  const response = await post('token?grant_type=refresh_token', { refresh_token: token })
  return { status: response.status, body: (await response.json()) as TokenReply }
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${backend.url}/auth/v1/${path}`, {
    method: 'POST',
    headers: {
      apikey: backend.anonKey,
      'content-type': 'application/json',
      'x-supabase-api-version': '2024-01-01',
      ...headers,
    },
    body: JSON.stringify(body),
  })
}

beforeAll(async () => {
  backend = await startBackend({ port: 0, seed: 'empty', faults: true, jwtSecret: SECRET })
  admin = client(backend.serviceRoleKey)
})
afterAll(() => backend.stop())

describe('signing in', () => {
  it('gives a token with every claim the rest of the stack reads', async () => {
    const { id, email } = await newUser()
    const { data } = await client().auth.signInWithPassword({ email, password: PASSWORD })
    expect(data.session).toMatchObject({ token_type: 'bearer', expires_in: 3600 })
    const claims = await verifyJwt(SECRET, data.session?.access_token ?? '', 0)
    expect(claims).toMatchObject({
      iss: `${backend.url}/auth/v1`,
      sub: id,
      role: 'authenticated',
      aud: 'authenticated',
      email,
      phone: '',
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: {},
      aal: 'aal1',
      is_anonymous: false,
    })
    expect(claims['exp']).toBe((claims['iat'] as number) + 3600)
    expect(claims['session_id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(claims['amr']).toEqual([{ method: 'password', timestamp: expect.any(Number) as number }])
  })

  it('takes the address in any case, and shows the user', async () => {
    const { id, email } = await newUser()
    const { supabase } = await signedIn(email.toUpperCase())
    const { data } = await supabase.auth.getUser()
    expect(data.user).toMatchObject({ id, email, role: 'authenticated', is_anonymous: false })
  })

  it.each([
    ['a wrong password', async () => (await newUser()).email, 'wrong'],
    ['an unknown address', () => Promise.resolve('nobody@example.com'), PASSWORD],
  ])('refuses %s in the same words', async (_, emailOf, password) => {
    const { error } = await client().auth.signInWithPassword({ email: await emailOf(), password })
    expect(error).toMatchObject({
      status: 400,
      code: 'invalid_credentials',
      message: 'Invalid login credentials',
    })
  })

  it('refuses a user whose address was never confirmed', async () => {
    const email = 'unconfirmed@example.com'
    await admin.auth.admin.createUser({ email, password: PASSWORD })
    const { error } = await client().auth.signInWithPassword({ email, password: PASSWORD })
    expect(error).toMatchObject({ status: 400, code: 'email_not_confirmed' })
  })

  it('stops guessing after thirty wrong passwords', async () => {
    const guess = (): Promise<Response> =>
      post('token?grant_type=password', { email: 'target@example.com', password: 'guess' })
    const statuses = await Promise.all(Array.from({ length: 30 }, () => guess().then((r) => r.status)))
    expect(new Set(statuses)).toEqual(new Set([400]))
    const refused = await guess()
    expect(refused.status).toBe(429)
    expect(await refused.json()).toMatchObject({ code: 'over_request_rate_limit' })
  })

  it('checks a bcrypt password that a seed brought along', async () => {
    const { id, email } = await newUser()
    await backend.sql('create extension if not exists pgcrypto with schema extensions')
    await backend.sql(
      `update auth.users set encrypted_password = extensions.crypt('from a seed', extensions.gen_salt('bf', 6)) where id = $1`,
      [id],
    )
    const wrong = await client().auth.signInWithPassword({ email, password: PASSWORD })
    expect(wrong.error?.code).toBe('invalid_credentials')
    const right = await client().auth.signInWithPassword({ email, password: 'from a seed' })
    expect(right.error).toBeNull()
  })

  it('answers in the old shape to a client that names no version', async () => {
    const wrong = { email: 'nobody@example.com', password: 'x' }
    const now = await post('token?grant_type=password', wrong)
    expect(now.headers.get('x-supabase-api-version')).toBe('2024-01-01')
    expect(await now.json()).toEqual({ code: 'invalid_credentials', message: 'Invalid login credentials' })
    const before = await post('token?grant_type=password', wrong, { 'x-supabase-api-version': '' })
    expect(await before.json()).toEqual({
      code: 400,
      error_code: 'invalid_credentials',
      msg: 'Invalid login credentials',
    })
  })
})

describe('refreshing', () => {
  it('swaps the token for a new one of the same session', async () => {
    const { supabase, access, refresh: first } = await signedIn((await newUser()).email)
    const { data } = await supabase.auth.refreshSession()
    expect(data.session?.refresh_token).not.toBe(first)
    const [before, after] = await Promise.all([
      verifyJwt(SECRET, access, 0),
      verifyJwt(SECRET, data.session?.access_token ?? '', 0),
    ])
    expect(after['session_id']).toBe(before['session_id'])
  })

  it('gives the active token again to a station that missed our answer', async () => {
    const { refresh: first } = await signedIn((await newUser()).email)
    const answered = await refresh(first)
    const again = await refresh(first)
    expect(again.status).toBe(200)
    expect(again.body.refresh_token).toBe(answered.body.refresh_token)
  })

  it('gives two calls at once the same new token', async () => {
    const { refresh: first } = await signedIn((await newUser()).email)
    const [one, two] = await Promise.all([refresh(first), refresh(first)])
    expect([one.status, two.status]).toEqual([200, 200])
    expect(one.body.refresh_token).toBe(two.body.refresh_token)
  })

  it('takes an older token for ten seconds, because calls may overlap', async () => {
    const { refresh: first } = await signedIn((await newUser()).email)
    const second = (await refresh(first)).body.refresh_token
    await refresh(second)
    expect((await refresh(first)).status).toBe(200)
  })

  it('revokes the whole family when an older token comes back later', async () => {
    const { id, email } = await newUser()
    const { refresh: first } = await signedIn(email)
    const second = (await refresh(first)).body.refresh_token
    const third = (await refresh(second)).body.refresh_token
    await backend.sql(
      `update auth.refresh_tokens set updated_at = now() - interval '11 seconds' where user_id = $1`,
      [id],
    )
    const stolen = await refresh(first)
    expect(stolen).toMatchObject({ status: 400, body: { code: 'refresh_token_already_used' } })
    const owner = await refresh(third)
    expect(owner).toMatchObject({ status: 400 })
  })

  it('refuses a token it never gave', async () => {
    expect(await refresh('made-up')).toMatchObject({
      status: 400,
      body: { code: 'refresh_token_not_found', message: 'Invalid Refresh Token: Refresh Token Not Found' },
    })
  })

  it('refuses a session that was given an end', async () => {
    const { id, email } = await newUser()
    const { refresh: first } = await signedIn(email)
    await backend.sql(`update auth.sessions set not_after = now() - interval '1 second' where user_id = $1`, [
      id,
    ])
    expect((await refresh(first)).body.code).toBe('session_expired')
  })
})

describe('a user who is out', () => {
  it('cannot refresh, sign in or be shown while banned, and can afterwards', async () => {
    const { id, email } = await newUser()
    const { supabase, refresh: first } = await signedIn(email)
    await admin.auth.admin.updateUserById(id, { ban_duration: '24h' })
    expect((await refresh(first)).body.code).toBe('user_banned')
    expect((await client().auth.signInWithPassword({ email, password: PASSWORD })).error?.code).toBe(
      'user_banned',
    )
    expect((await supabase.auth.getUser()).error).toMatchObject({ status: 403, code: 'user_banned' })
    await admin.auth.admin.updateUserById(id, { ban_duration: 'none' })
    expect((await client().auth.signInWithPassword({ email, password: PASSWORD })).error).toBeNull()
  })

  it('has no sessions left once deleted', async () => {
    const { id, email } = await newUser()
    const { supabase, refresh: first } = await signedIn(email)
    await admin.auth.admin.deleteUser(id)
    expect((await refresh(first)).body.code).toBe('refresh_token_not_found')
    expect((await supabase.auth.getUser()).error).toMatchObject({ status: 403, code: 'user_not_found' })
  })
})

describe('signing out', () => {
  const twoStations = async () => {
    const { email } = await newUser()
    return [await signedIn(email), await signedIn(email)] as const
  }

  it.each([
    ['global', false, false],
    ['local', false, true],
    ['others', true, false],
  ] as const)('with scope %s', async (scope, oneGoesOn, twoGoesOn) => {
    const [one, two] = await twoStations()
    expect((await one.supabase.auth.signOut({ scope })).error).toBeNull()
    expect((await refresh(one.refresh)).status === 200).toBe(oneGoesOn)
    expect((await refresh(two.refresh)).status === 200).toBe(twoGoesOn)
  })

  it('leaves an access token that names a session which is gone', async () => {
    const [one] = await twoStations()
    await one.supabase.auth.signOut()
    const { error } = await client().auth.getUser(one.access)
    expect(error?.name).toBe('AuthSessionMissingError')
  })
})

describe('tokens', () => {
  it('are refused when expired, foreign or broken', async () => {
    const past = Math.floor(Date.now() / 1000) - 10
    const claims = { role: 'authenticated', sub: 'x', exp: past, iat: past - 60 }
    const [expired, foreign] = await Promise.all([
      signJwt(SECRET, claims),
      signJwt('another-secret-another-secret-another', { ...claims, exp: past + 3600 }),
    ])
    for (const token of [expired, foreign, 'abc']) {
      const { error } = await client().auth.getUser(token)
      expect(error).toMatchObject({ status: 403, code: 'bad_jwt' })
    }
  })

  it('live as long as the faults say', async () => {
    const { email } = await newUser()
    backend.faults.tokenLifetime(7)
    const { data } = await client().auth.signInWithPassword({ email, password: PASSWORD })
    backend.faults.tokenLifetime(3600)
    expect(data.session?.expires_in).toBe(7)
  })

  it('of a station do not open the administration', async () => {
    const { supabase } = await signedIn((await newUser()).email)
    const { error } = await supabase.auth.admin.listUsers()
    expect(error).toMatchObject({ status: 403, code: 'not_admin' })
  })
})

describe('administration', () => {
  it('makes, finds, changes and lists users', async () => {
    const { id, email } = await newUser()
    const changed = await admin.auth.admin.updateUserById(id, {
      password: 'another horse',
      user_metadata: { display_name: 'Ada' },
    })
    expect(changed.data.user?.user_metadata).toEqual({ display_name: 'Ada' })
    expect((await admin.auth.admin.getUserById(id)).data.user?.email).toBe(email)
    const { data } = await admin.auth.admin.listUsers({ page: 1, perPage: 1000 })
    expect(data.users.map((user) => user.id)).toContain(id)
    const signIn = await client().auth.signInWithPassword({ email, password: 'another horse' })
    expect(signIn.error).toBeNull()
  })

  it('refuses an address twice, and a short password', async () => {
    const { email } = await newUser()
    const twice = await admin.auth.admin.createUser({ email, password: PASSWORD })
    expect(twice.error).toMatchObject({ status: 422, code: 'email_exists' })
    const short = await admin.auth.admin.createUser({ email: 'short@example.com', password: 'abc' })
    expect(short.error).toMatchObject({ status: 422, code: 'weak_password' })
  })

  it('lets nobody sign up by themselves', async () => {
    const { error } = await client().auth.signUp({ email: 'new@example.com', password: PASSWORD })
    expect(error).toMatchObject({ status: 422, code: 'signup_disabled' })
  })
})

describe('the gateway', () => {
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${backend.url}${path}`, { headers })

  it('answers nothing without a key, or with a foreign one', async () => {
    const none = await get('/auth/v1/health')
    expect(none.status).toBe(401)
    expect(await none.json()).toMatchObject({ message: 'No API key found in request' })
    const foreign = await get('/rest/v1/warehouses', { apikey: 'abc' })
    expect(foreign.status).toBe(401)
    expect(await foreign.json()).toMatchObject({ message: 'Invalid API key' })
  })

  it('says how it is, what it allows, and that it has no public keys', async () => {
    const key = { apikey: backend.anonKey }
    expect(await (await get('/auth/v1/health', key)).json()).toMatchObject({ name: 'GoTrue' })
    expect(await (await get('/auth/v1/settings', key)).json()).toMatchObject({ disable_signup: true })
    expect(await (await get('/auth/v1/.well-known/jwks.json')).json()).toEqual({ keys: [] })
    expect((await get('/nowhere', key)).status).toBe(404)
  })
})

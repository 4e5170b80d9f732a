import { randomUUID } from 'node:crypto'
import type { Queryable, SqlRow } from '../database.ts'

/** A row of auth.users, as far as signing in needs it. */
export interface AuthUser {
  id: string
  email: string | null
  passwordHash: string | null
  isBanned: boolean
  isConfirmed: boolean
  appMetadata: Record<string, unknown>
  userMetadata: Record<string, unknown>
  /** The user as Supabase Auth shows it to clients. */
  view: Record<string, unknown>
}

export interface NewUser {
  id?: string
  email: string
  passwordHash: string | null
  isConfirmed: boolean
  appMetadata?: Record<string, unknown>
  userMetadata?: Record<string, unknown>
}

export interface UserChange {
  email?: string
  passwordHash?: string
  isConfirmed?: true
  appMetadata?: Record<string, unknown>
  userMetadata?: Record<string, unknown>
  /** Banned for this many seconds from now; null lifts the ban. */
  banForS?: number | null
}

const COLUMNS = `id, aud, role, email, phone, encrypted_password, email_confirmed_at, last_sign_in_at, banned_until,
  coalesce(banned_until > now(), false) as is_banned, raw_app_meta_data, raw_user_meta_data, created_at, updated_at`

export async function findUserByEmail(db: Queryable, email: string): Promise<AuthUser | null> {
  const sql = `select ${COLUMNS} from auth.users where lower(email) = lower($1) and deleted_at is null`
  return first(await db.query(sql, [email]))
}

export async function findUserById(db: Queryable, id: string): Promise<AuthUser | null> {
  return first(await db.query(`select ${COLUMNS} from auth.users where id = $1 and deleted_at is null`, [id]))
}

/** Users in the order they were made; `page` counts from 1. */
export async function listUsers(db: Queryable, page: number, perPage: number): Promise<AuthUser[]> {
  const sql = `select ${COLUMNS} from auth.users where deleted_at is null order by created_at, id limit $1 offset $2`
  return (await db.query(sql, [perPage, (page - 1) * perPage])).map(asUser)
}

/** Makes a user with its e-mail identity. Throws DatabaseError 23505 when the address or id is taken. */
export async function createUser(db: Queryable, user: NewUser): Promise<AuthUser> {
  const id = user.id ?? randomUUID()
  const email = user.email.toLowerCase()
  const rows = await db.query(
    `insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
       raw_app_meta_data, raw_user_meta_data)
     values ('00000000-0000-0000-0000-000000000000', $1, 'authenticated', 'authenticated', $2, $3,
       case when $4::boolean then now() end, $5::jsonb, $6::jsonb)
     returning ${COLUMNS}`,
    [
      id,
      email,
      user.passwordHash,
      user.isConfirmed,
      { provider: 'email', providers: ['email'], ...user.appMetadata },
      { ...user.userMetadata },
    ],
  )
  await db.query(
    `insert into auth.identities (provider_id, user_id, provider, identity_data)
     values ($1::uuid::text, $1::uuid, 'email', $2::jsonb)`,
    [id, { sub: id, email, email_verified: user.isConfirmed }],
  )
  return firstOf(rows)
}

/** Changes what is given; metadata is merged over what is there. Null when the user is unknown. */
export async function updateUser(db: Queryable, id: string, change: UserChange): Promise<AuthUser | null> {
  const rows = await db.query(
    `update auth.users set
       email = coalesce(lower($2), email),
       encrypted_password = coalesce($3, encrypted_password),
       email_confirmed_at = case when $4::boolean then coalesce(email_confirmed_at, now()) else email_confirmed_at end,
       raw_app_meta_data = coalesce(raw_app_meta_data, '{}') || $5::jsonb,
       raw_user_meta_data = coalesce(raw_user_meta_data, '{}') || $6::jsonb,
       banned_until = case when $7::boolean then now() + make_interval(secs => $8::float8) else banned_until end,
       updated_at = now()
     where id = $1 and deleted_at is null returning ${COLUMNS}`,
    [
      id,
      change.email,
      change.passwordHash,
      change.isConfirmed ?? false,
      change.appMetadata ?? {},
      change.userMetadata ?? {},
      change.banForS !== undefined,
      change.banForS,
    ],
  )
  return first(rows)
}

/** Removes the user with its sessions. False when it was unknown. */
export async function deleteUser(db: Queryable, id: string): Promise<boolean> {
  return (await db.query('delete from auth.users where id = $1 returning id', [id])).length > 0
}

export async function noteSignIn(db: Queryable, id: string): Promise<AuthUser | null> {
  const sql = `update auth.users set last_sign_in_at = now() where id = $1 returning ${COLUMNS}`
  return first(await db.query(sql, [id]))
}

function first(rows: SqlRow[]): AuthUser | null {
  return rows[0] ? asUser(rows[0]) : null
}

function firstOf(rows: SqlRow[]): AuthUser {
  const user = first(rows)
  if (!user) throw new Error('The new user was not returned.')
  return user
}

function asUser(row: SqlRow): AuthUser {
  const appMetadata = (row['raw_app_meta_data'] ?? {}) as Record<string, unknown>
  const userMetadata = (row['raw_user_meta_data'] ?? {}) as Record<string, unknown>
  const confirmedAt = moment(row['email_confirmed_at'])
  const view = {
    id: row['id'],
    aud: row['aud'] ?? 'authenticated',
    role: row['role'] ?? 'authenticated',
    email: row['email'] ?? '',
    phone: row['phone'] ?? '',
    ...(confirmedAt && { email_confirmed_at: confirmedAt, confirmed_at: confirmedAt }),
    ...(row['last_sign_in_at'] !== null && { last_sign_in_at: moment(row['last_sign_in_at']) }),
    ...(row['is_banned'] === true && { banned_until: moment(row['banned_until']) }),
    app_metadata: appMetadata,
    user_metadata: userMetadata,
    created_at: moment(row['created_at']),
    updated_at: moment(row['updated_at']),
    is_anonymous: false,
  }
  return {
    id: row['id'] as string,
    email: row['email'] as string | null,
    passwordHash: row['encrypted_password'] as string | null,
    isBanned: row['is_banned'] === true,
    isConfirmed: confirmedAt !== null,
    appMetadata,
    userMetadata,
    view,
  }
}

/** A timestamp of Postgres as ISO 8601 in UTC. */
function moment(timestamp: unknown): string | null {
  return typeof timestamp === 'string' ? new Date(timestamp).toISOString() : null
}

import { randomBytes, randomUUID } from 'node:crypto'
import { AuthError } from './errors.ts'
import type { Queryable } from '../database.ts'

/*
 * Sessions and their refresh tokens. Each refresh swaps the token for a new one, its child. Whoever shows a spent token
 * has either missed our last answer (its child is the active one: it gets that again) or has stolen it (the whole family
 * is revoked, and both have to sign in).
 */

/** A spent token is still taken for this long, because two calls of one station may overlap. */
export const REUSE_INTERVAL_S = 10

export interface SessionGrant {
  sessionId: string
  userId: string
  refreshToken: string
  /** When the session began, in epoch seconds. */
  startedAtS: number
}

export type LogoutScope = 'global' | 'local' | 'others'

/** `userAgent` is kept for the person who looks at the list of sessions. */
export async function startSession(
  db: Queryable,
  userId: string,
  userAgent: string | null,
): Promise<SessionGrant> {
  const sessionId = randomUUID()
  const [row] = await db.query<{ started: number }>(
    `insert into auth.sessions (id, user_id, aal, user_agent) values ($1, $2, 'aal1', $3)
     returning floor(extract(epoch from created_at))::int8 as started`,
    [sessionId, userId, userAgent],
  )
  const refreshToken = await issueToken(db, { sessionId, userId, parent: null })
  return { sessionId, userId, refreshToken, startedAtS: row?.started ?? 0 }
}

type Refreshed = { ok: true; grant: SessionGrant } | { ok: false; error: AuthError }

/**
 * Swaps a refresh token. Run it in a transaction and commit also when it says no: the revocation of a stolen family is
 * part of the answer.
 */
export async function refreshSession(db: Queryable, token: string): Promise<Refreshed> {
  const shown = await findToken(db, token)
  if (!shown) return no('refresh_token_not_found', 'Refresh Token Not Found')
  if (shown.is_over) return no('session_expired', 'Session Expired')
  const sessionId = shown.session_id
  const grant = (refreshToken: string): Refreshed => ({
    ok: true,
    grant: { sessionId, userId: shown.user_id, refreshToken, startedAtS: shown.started },
  })
  if (shown.revoked) {
    const active = await findActiveToken(db, sessionId)
    if (active?.parent === token) return grant(active.token)
    if (!shown.is_reusable) {
      await revokeFamily(db, sessionId)
      return no('refresh_token_already_used', 'Already Used')
    }
  }
  await db.query(`update auth.refresh_tokens set revoked = true, updated_at = now() where token = $1`, [
    token,
  ])
  await db.query(`update auth.sessions set refreshed_at = now(), updated_at = now() where id = $1`, [
    sessionId,
  ])
  return grant(await issueToken(db, { sessionId, userId: shown.user_id, parent: token }))
}

export async function sessionExists(db: Queryable, sessionId: string): Promise<boolean> {
  return (await db.query('select from auth.sessions where id = $1', [sessionId])).length > 0
}

/** Ends sessions of `userId`: all of them, the one with `sessionId`, or all but that. */
export async function endSessions(
  db: Queryable,
  userId: string,
  sessionId: string,
  scope: LogoutScope,
): Promise<void> {
  const which = { global: '$2::text is not null', local: 'id = $2::uuid', others: 'id <> $2::uuid' }[scope]
  await db.query(`delete from auth.sessions where user_id = $1 and ${which}`, [userId, sessionId])
}

interface ShownToken {
  session_id: string
  user_id: string
  revoked: boolean
  is_reusable: boolean
  is_over: boolean
  started: number
  [column: string]: unknown
}

/** The token with its session, which stays locked until the transaction ends: two refreshes of one session take turns. */
async function findToken(db: Queryable, token: string): Promise<ShownToken | null> {
  // Locked first and read after: who waited must see what the other one did.
  await db.query(
    `select from auth.sessions where id = (select session_id from auth.refresh_tokens where token = $1) for update`,
    [token],
  )
  const [row] = await db.query<ShownToken>(
    `select t.session_id, s.user_id, t.revoked, coalesce(s.not_after < now(), false) as is_over,
       t.updated_at + make_interval(secs => $2) >= clock_timestamp() as is_reusable,
       floor(extract(epoch from s.created_at))::int8 as started
     from auth.sessions s join auth.refresh_tokens t on t.session_id = s.id
     where t.token = $1`,
    [token, REUSE_INTERVAL_S],
  )
  return row ?? null
}

async function findActiveToken(
  db: Queryable,
  sessionId: string,
): Promise<{ token: string; parent: string | null } | null> {
  const [row] = await db.query<{ token: string; parent: string | null }>(
    `select token, parent from auth.refresh_tokens where session_id = $1 and not revoked order by id desc limit 1`,
    [sessionId],
  )
  return row ?? null
}

/** Spends every token of the session for good: their age is set so that the reuse interval is over for all of them. */
async function revokeFamily(db: Queryable, sessionId: string): Promise<void> {
  await db.query(
    `update auth.refresh_tokens
     set revoked = true, updated_at = least(updated_at, clock_timestamp() - make_interval(secs => $2 + 1))
     where session_id = $1`,
    [sessionId, REUSE_INTERVAL_S],
  )
}

async function issueToken(
  db: Queryable,
  { sessionId, userId, parent }: { sessionId: string; userId: string; parent: string | null },
): Promise<string> {
  const token = randomBytes(18).toString('base64url')
  await db.query(
    `insert into auth.refresh_tokens (instance_id, token, user_id, session_id, parent, revoked)
     values ('00000000-0000-0000-0000-000000000000', $1, $2, $3, $4, false)`,
    [token, userId, sessionId, parent],
  )
  return token
}

function no(code: string, reason: string): Refreshed {
  return { ok: false, error: new AuthError(400, code, `Invalid Refresh Token: ${reason}`) }
}

import { beforeEach, expect, test } from 'vitest'
import {
  access,
  heldBack,
  HOUR_MS,
  json,
  refusal,
  setSessionStage,
  user,
} from '#test/contract/upstream-session-stage.ts'
import type { SessionStage } from '#test/contract/upstream-session-stage.ts'
import type { Outcome } from './upstream.ts'
import type { Token } from './session.ts'

/* [L1] What is under way when the session changes. */

let stage: SessionStage
beforeEach(() => {
  stage = setSessionStage()
})

/** A session whose renewal is on its way, its answer held back. */
async function renewing() {
  const session = await stage.signedIn()
  await stage.clock.advance(HOUR_MS)
  const held = heldBack(stage.tokens)
  stage.answer = held.answer
  const token: Promise<Outcome<Token>> = session.token()
  await stage.clock.settle()
  expect(stage.asked).toHaveLength(1)
  return { session, token, release: held.release }
}

test('two renewals at once are one', async () => {
  const { session, token, release } = await renewing()
  const second = session.token()
  release()
  expect(await second).toEqual(await token)
  expect(stage.asked).toHaveLength(1)
})

test('a renewal that comes back after the sign-out does not bring the session back', async () => {
  const { session, token, release } = await renewing()
  stage.answer = () => new Response(null, { status: 204 })
  await session.signOut()
  release()
  expect((await token).kind).toBe('signed-out')
  expect(await session.restUser()).toBeNull()
  expect(stage.secrets.kept.size).toBe(0)
})

test('whoever waits for a renewal while somebody else signs in gets a token of the new session', async () => {
  const { session, token, release } = await renewing()
  const other = { id: '0c0f1a35-3c45-4d0a-9a2f-000000000001', email: 'other@shelf.test' }
  const theirs = { access_token: 'theirs', refresh_token: 'theirs-too', expires_in: 3_600, user: other }
  stage.answer = () => json(theirs)
  expect(await session.signIn(other.email, 'right')).toMatchObject({ kind: 'settled', value: other })
  release()
  expect(await token).toMatchObject({ kind: 'settled', value: { access: 'theirs', user: other } })
  expect(await stage.keeper().restUser()).toEqual(other)
})

test('a sign-in that fails does not void the renewal that is on its way', async () => {
  const { session, token, release } = await renewing()
  stage.answer = refusal(400, 'invalid_credentials')
  expect((await session.signIn('guest@shelf.test', 'wrong')).kind).toBe('refused')
  release()
  expect(await token).toMatchObject({ kind: 'settled', value: { access: 'access-2', user } })
  expect([...stage.secrets.kept.values()].join()).toContain('refresh-2')
})

test('of two sign-ins at once the later one counts, whichever is answered first', async () => {
  const session = stage.keeper()
  const slow = heldBack(stage.tokens)
  stage.answer = slow.answer
  const first = session.signIn('first@shelf.test', 'right')
  await stage.clock.settle()
  stage.answer = stage.tokens
  expect((await session.signIn('second@shelf.test', 'right')).kind).toBe('settled')
  slow.release()
  expect((await first).kind).toBe('signed-out')
  expect(await access(session)).toBe('access-1')
})

test('a sign-out voids the sign-in that is on its way', async () => {
  const session = stage.keeper()
  const slow = heldBack(stage.tokens)
  stage.answer = slow.answer
  const signingIn = session.signIn(user.email, 'right')
  await stage.clock.settle()
  await session.signOut()
  slow.release()
  expect((await signingIn).kind).toBe('signed-out')
  expect(await session.restUser()).toBeNull()
})

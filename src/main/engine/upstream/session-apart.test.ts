import { beforeEach, expect, test } from 'vitest'
import { heldBack, HOUR_MS, json, setSessionStage, user } from '#test/contract/upstream-session-stage.ts'
import type { SessionStage } from '#test/contract/upstream-session-stage.ts'

/* A session that is set apart goes on being renewed, beside that of whoever signs in next. */

const other = { id: '0c0f1a35-3c45-4d0a-9a2f-000000000001', email: 'other@shelf.test' }
const theirs = { access_token: 'theirs', refresh_token: 'theirs-too', expires_in: 3_600, user: other }

let stage: SessionStage
beforeEach(() => {
  stage = setSessionStage()
})

test('the next person’s session takes the station’s place and leaves the one apart alone', async () => {
  const session = await stage.signedIn()
  await session.setApart(true)
  expect(await stage.keeper().restUser()).toBeNull()
  stage.answer = () => json(theirs)
  await stage.keeper().signIn(other.email, 'right')
  expect(stage.secrets.kept.size).toBe(2)
  expect(await stage.keeper().restUser()).toEqual(other)
  expect(await session.token()).toMatchObject({ kind: 'settled', value: { user } })
  await session.signOut()
  expect(stage.secrets.kept.size).toBe(1)
  expect(await stage.keeper().restUser()).toEqual(other)
})

test('a renewal under way while it is set apart is not lost: a refresh token is spent once', async () => {
  const session = await stage.signedIn()
  await stage.clock.advance(HOUR_MS)
  const held = heldBack(stage.tokens)
  stage.answer = held.answer
  const token = session.token()
  await stage.clock.settle()
  await session.setApart(true)
  held.release()
  expect(await token).toMatchObject({ kind: 'settled', value: { user } })
  expect(stage.asked).toHaveLength(1)
  expect([...stage.secrets.kept.keys()]).toEqual([expect.stringContaining(user.id)])
})

test('it comes back as the station’s own', async () => {
  const session = await stage.signedIn()
  const [key] = stage.secrets.kept.keys()
  await session.setApart(true)
  await session.setApart(false)
  expect([...stage.secrets.kept.keys()]).toEqual([key])
  expect(await stage.keeper().restUser()).toEqual(user)
})

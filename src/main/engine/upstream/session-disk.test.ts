import { beforeEach, expect, test } from 'vitest'
import { access, HOUR_MS, setSessionStage, user } from '#test/contract/upstream-session-stage.ts'
import type { SessionStage } from '#test/contract/upstream-session-stage.ts'

/* A refresh token is spent when its successor is made: the successor must reach the disk, however long that takes. */

let stage: SessionStage
let diskIsFull: boolean
let writes: number

beforeEach(() => {
  stage = setSessionStage()
  diskIsFull = false
  writes = 0
  const { set, delete: remove } = stage.secrets
  const orFail = async (write: () => Promise<void>): Promise<void> => {
    writes += 1
    if (diskIsFull) throw Object.assign(new Error('ENOSPC: no room for refresh-2'), { code: 'ENOSPC' })
    await write()
  }
  stage.secrets.set = (key, value) => orFail(() => set(key, value))
  stage.secrets.delete = (key) => orFail(() => remove(key))
})

const onDisk = (): string => [...stage.secrets.kept.values()].join()

async function renewedWhileTheDiskIsFull() {
  const session = await stage.signedIn()
  diskIsFull = true
  await stage.clock.advance(HOUR_MS)
  expect(await access(session)).toBe('access-2')
  return session
}

test('new tokens that cannot be written are used at once, and written as soon as the disk takes them', async () => {
  const session = await renewedWhileTheDiskIsFull()
  expect(onDisk()).toContain('refresh-1')
  await stage.clock.advance(10 * 60_000)
  expect(await access(session)).toBe('access-2')
  diskIsFull = false
  await stage.clock.advance(60_000)
  expect(onDisk()).toContain('refresh-2')
  expect(stage.clock.pending()).toBe(0)
  expect(stage.log.events()).toContain('session.saved-at-last')
})

test('each attempt is logged, without the token, and the pauses between them grow to a minute', async () => {
  await renewedWhileTheDiskIsFull()
  await stage.clock.advance(HOUR_MS / 2)
  const lines = stage.log.lines.filter(({ event }) => event === 'session.not-saved')
  expect(lines.map(({ facts }) => facts['retryInMs']).slice(0, 8)).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
  ])
  expect(lines.length).toBe(writes - 1)
  expect(JSON.stringify(stage.log.lines)).not.toMatch(/refresh-|access-/)
  expect(lines[0]?.facts['error']).toBe('Error ENOSPC')
})

test('only the newest token is written, in one go, when several were made meanwhile', async () => {
  const session = await renewedWhileTheDiskIsFull()
  await stage.clock.advance(HOUR_MS)
  expect(await access(session)).toBe('access-3')
  diskIsFull = false
  writes = 0
  await stage.clock.advance(60_000)
  expect(onDisk()).toContain('refresh-3')
  expect(writes).toBe(1)
})

test('the end of the console tries once more, and leaves no timer', async () => {
  const session = await renewedWhileTheDiskIsFull()
  diskIsFull = false
  await session.stop()
  expect(onDisk()).toContain('refresh-2')
  expect(stage.clock.pending()).toBe(0)
  expect(await access(stage.keeper())).toBe('access-2')
})

test('if even that fails it is said, and there is still no timer', async () => {
  const session = await renewedWhileTheDiskIsFull()
  await session.stop()
  expect(stage.log.lines.at(-1)).toMatchObject({ event: 'session.not-saved', facts: { retryInMs: null } })
  expect(stage.clock.pending()).toBe(0)
})

test('a sign-out that cannot be written is one at once, and reaches the disk later', async () => {
  const session = await stage.signedIn()
  diskIsFull = true
  await session.signOut()
  expect(await session.restUser()).toBeNull()
  expect(onDisk()).toContain('refresh-1')
  diskIsFull = false
  await stage.clock.advance(1_000)
  expect(stage.secrets.kept.size).toBe(0)
})

test('an older write never lands on a newer one', async () => {
  const releases: (() => void)[] = []
  const { set } = stage.secrets
  stage.secrets.set = async (key, value) => {
    await new Promise<void>((resolve) => releases.push(resolve))
    await set(key, value)
  }
  const session = stage.keeper()
  const first = session.signIn(user.email, 'right')
  await stage.clock.settle()
  const second = session.signIn(user.email, 'right')
  await stage.clock.settle()
  expect(releases).toHaveLength(1)
  for (const release of releases) release()
  await stage.clock.settle()
  for (const release of releases) release()
  await Promise.all([first, second])
  expect(onDisk()).toContain('refresh-2')
})

test('a store of secrets that fails is not nobody: the next question asks it again', async () => {
  await stage.signedIn()
  const { get } = stage.secrets
  stage.secrets.get = () => Promise.reject(new Error('the key store is locked'))
  const session = stage.keeper()
  expect((await session.token()).kind).toBe('retry')
  stage.secrets.get = get
  expect(await access(session)).toBe('access-1')
})

test('a session text that cannot be read counts as none', async () => {
  stage.secrets.kept.set('session:http://shelf.test', '{"half":')
  expect(await stage.keeper().restUser()).toBeNull()
})

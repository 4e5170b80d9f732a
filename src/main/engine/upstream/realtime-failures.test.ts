import { describe, expect, test } from 'vitest'
import { judgeHandshake, judgeJoin, judgeSystem } from './realtime-failures.ts'

describe('a join that failed', () => {
  test.each([
    [{ reason: 'Unauthorized: You do not have permissions' }, 'refused', false],
    [{ reason: 'InvalidJWTToken: Token has expired 10 seconds ago' }, 'retry', true],
    [{ reason: 'MalformedJWT: The token provided is not a valid JWT' }, 'retry', true],
    [{ reason: 'ClientJoinRateLimitReached: Too many joins per second' }, 'retry', false],
    [{ reason: 'RealtimeRestarting: Realtime is restarting' }, 'retry', false],
    [{ reason: 'ConnectionRateLimitReached: Too many connected users' }, 'retry', false],
    [{ reason: 'DatabaseLackOfConnections: none left' }, 'retry', false],
    [{ reason: 'unmatched topic' }, 'refused', false],
    [{ code: 1006, reason: '' }, 'offline', false],
    [{ code: 1012, reason: 'service restart' }, 'offline', false],
    [undefined, 'offline', false],
    [new Error('heartbeat timeout'), 'offline', false],
  ])('%o: %s', (cause, kind, tokenRefused) => {
    expect(judgeJoin(cause)).toMatchObject({ failure: { kind }, tokenRefused })
  })
})

test.each([
  ['Unauthorized: no', 'Unauthorized'],
  ['PrivateOnly: This project only allows private channels', 'PrivateOnly'],
  ['unmatched topic', 'realtime-refused'],
])('a join refused with "%s" carries the code %s', (reason, code) => {
  expect(judgeJoin({ reason }).failure).toMatchObject({ kind: 'refused', code })
})

describe('a handshake refused with HTTP', () => {
  test.each([
    [200, { kind: 'refused', code: 'websocket-200' }],
    [401, { kind: 'refused', code: 'websocket-401' }],
    [403, { kind: 'refused', code: 'websocket-403' }],
    [404, { kind: 'refused', code: 'websocket-404' }],
    [407, { kind: 'refused', code: 'websocket-407' }],
    [429, { kind: 'retry', because: 'rate-limited' }],
    [503, { kind: 'retry', because: 'server-error' }],
    [511, { kind: 'retry', because: 'server-error' }],
  ])('%i is laid at the door of what stands between, unless Realtime says it itself', (status, failure) => {
    expect(judgeHandshake(status, false)).toMatchObject({ ...failure, websocket: 'unopened' })
    expect(judgeHandshake(status, true)).toMatchObject(failure)
    expect(judgeHandshake(status, true)).not.toHaveProperty('websocket')
  })
})

describe('a system message of status error', () => {
  const system = (message: string, extension = 'system') =>
    judgeSystem({ status: 'error', extension, message })

  test.each(['Too many messages per second', 'Too many messages per second: 120 of 100'])(
    '"%s" is the rate limit',
    (message) => {
      expect(system(message)).toMatchObject({ failure: { kind: 'retry', because: 'rate-limited' } })
    },
  )

  test.each([
    ['Token has expired 0 seconds ago', true],
    ['The token provided is not a valid JWT', true],
    [':signature_error', true],
    ['You do not have permissions to read from this Channel topic: sync:site', false],
    ['Replication connection was not established in time', false],
    ['Words that nobody has thought of yet', false],
    ['', false],
  ])('"%s" asks for a new feed; the token is at fault: %s', (message, tokenRefused) => {
    expect(system(message)).toMatchObject({
      failure: { kind: 'retry', because: 'server-error' },
      tokenRefused,
    })
  })

  test('of the postgres_changes extension refuses the subscription, whatever its words', () => {
    expect(system('Too many messages per second', 'postgres_changes').failure).toMatchObject({
      kind: 'refused',
      code: 'realtime-refused',
    })
  })
})

import { expect, test } from 'vitest'
import { siteScope, userScope, type Scope } from '#shared/domain/scope.ts'
import type { ScopeProgress } from '#shared/protocol/diagnostics.ts'
import { sampleUser, sampleWarehouses } from '../../gallery/sample-data.ts'
import { causeWords, scopeName, scopeSign } from './words.ts'

test.each([
  ['request: offline', 'no answer from the server'],
  ['request: wrong-key', 'the server refused the key'],
  ['request: 42501', 'the server refused a question (42501)'],
  ['feed: offline', 'live updates broke off'],
  ['feed: server-error', 'the server ended live updates'],
  ['feed: websocket-403', 'live updates were refused (HTTP 403)'],
  ['feed: Unauthorized', 'live updates were refused (Unauthorized)'],
  ['feed: session-ended', 'the session ended'],
  ['websocket-blocked', 'something on the way blocked live updates'],
  ['resumed', 'the computer woke up'],
  ['caught-up', ''],
  ['', ''],
])('a cause has its words, and what explains itself has none: %s', (cause, words) => {
  expect(causeWords(cause)).toBe(words)
})

test('scopes are called as those who share them call them', () => {
  const [berlin] = sampleWarehouses
  const names = [
    siteScope,
    userScope(sampleUser.id),
    `warehouse:${berlin?.id}` as Scope,
    `ledger:${berlin?.id}` as Scope,
    'warehouse:0a1b2c3d-0000-4000-8000-000000000000' as Scope,
  ].map((scope) => scopeName(scope, sampleWarehouses))
  expect(names).toEqual(['Shared data', 'Yours', 'Berlin', 'Movements, Berlin', 'Warehouse 0a1b2c3d'])
})

test('how far a scope is: a head never heard of is not up to date, one we overtook is', () => {
  const sign = (head: number | null) =>
    scopeSign({
      scope: siteScope,
      epoch: 'e',
      cursor: 10,
      head,
      headAt: null,
      proof: null,
    } satisfies ScopeProgress).word
  expect([sign(null), sign(9), sign(10), sign(11)]).toEqual([
    'Not heard of yet',
    'Up to date',
    'Up to date',
    '1 change behind',
  ])
})

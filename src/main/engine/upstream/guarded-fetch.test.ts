import { expect, test } from 'vitest'
import { manualClock } from '#test/harness/manual-clock.ts'
import { carriedFailure, guardFetch } from './guarded-fetch.ts'

const html = { headers: { 'content-type': 'text/html' } }
const json = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } })

async function ask(answer: () => Response | Promise<Response>) {
  const clock = manualClock()
  const fetch = guardFetch({ fetch: async () => answer(), clock, timeoutMs: 1_000 })
  const response = await fetch('http://shelf.test/rest/v1/rpc/sync_pull')
  const text = await response.text()
  expect(clock.pending()).toBe(0)
  return { response, body: text === '' ? null : (JSON.parse(text) as { code: string; message: string }) }
}

test('what a Supabase project says passes unchanged', async () => {
  const { response, body } = await ask(() => json({ code: 'PGRST202', message: 'no such function' }, 404))
  expect(response.status).toBe(404)
  expect(body).toEqual({ code: 'PGRST202', message: 'no such function' })
  expect(carriedFailure(body ?? { message: '' })).toBeNull()
})

test('an answer without contents passes', async () => {
  const { response } = await ask(() => new Response(null, { status: 204 }))
  expect(response.status).toBe(204)
})

test.each([
  ['a captive portal', () => new Response('<html>Welcome to the hotel</html>', html), 'not-supabase'],
  ['a proxy that wants a password', () => new Response('<html>', { status: 407, ...html }), 'not-supabase'],
  ['a network that wants a sign-in', () => new Response('<html>', { status: 511, ...html }), 'not-supabase'],
  ['a redirect', () => new Response(null, { status: 302, headers: { location: '/login' } }), 'not-supabase'],
  ['a server in trouble', () => new Response('<html>', { status: 502, ...html }), 'retry'],
  ['too many questions', () => json({}, 429), 'retry'],
  ['no network', () => Promise.reject(new TypeError('fetch failed')), 'offline'],
] as const)(
  '%s is carried through as a failure that no client retries or takes for a verdict',
  async (_name, answer, kind) => {
    const { response, body } = await ask(answer)
    expect(response.status).toBe(400)
    expect(carriedFailure(body ?? { message: '' })).toMatchObject({ kind })
  },
)

test('the time limit covers the contents, not just the head of an answer', async () => {
  const clock = manualClock()
  const fetch = guardFetch({
    clock,
    timeoutMs: 1_000,
    fetch: async (_input, init) => {
      const dripping = new ReadableStream({
        start: (controller) =>
          init?.signal?.addEventListener('abort', () =>
            controller.error(new DOMException('Aborted', 'AbortError')),
          ),
      })
      return new Response(dripping, { headers: { 'content-type': 'application/json' } })
    },
  })
  const answer = fetch('http://shelf.test/')
  await clock.advance(1_000)
  const { message, code } = (await (await answer).json()) as { code: string; message: string }
  expect(carriedFailure({ code, message })).toMatchObject({ kind: 'offline' })
})

import { createClient } from '@supabase/supabase-js'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startBackend } from './compose.ts'
import { FaultState, faultKnobs } from './faults.ts'
import type { Backend } from './backend.ts'

let backend: Backend
let supabase: ReturnType<typeof connect>

const door = (turns: unknown, key = backend.serviceRoleKey): Promise<Response> =>
  fetch(`${backend.url}/__faults`, {
    method: 'POST',
    headers: { apikey: key, 'content-type': 'application/json' },
    body: JSON.stringify(turns),
  })

const connect = () =>
  createClient(backend.url, backend.anonKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    db: { retry: false },
  })

const ask = () => supabase.from('warehouses').select('id')

beforeAll(async () => {
  backend = await startBackend({ port: 0, seed: 'empty', faults: true })
  supabase = connect()
})
afterEach(() => {
  backend.faults.cut(false)
  backend.faults.delay(0)
  backend.faults.refuse(null)
})
afterAll(() => backend.stop())

describe('faults over HTTP', () => {
  it('cut: nothing answers, and calls under way end without an answer', async () => {
    backend.faults.delay(30_000)
    const underWay = fetch(`${backend.url}/auth/v1/health`, { headers: { apikey: backend.anonKey } })
    underWay.catch(() => undefined)
    await door({ cut: true })
    await expect(underWay).rejects.toThrow('fetch failed')
    backend.faults.delay(0)
    expect(await ask()).toMatchObject({ status: 0, data: null })
    expect((await door({ cut: false })).status).toBe(200)
    expect((await ask()).status).not.toBe(0)
  })

  it('refuse: every call gets the status, as a page of a proxy would give it', async () => {
    backend.faults.refuse(503)
    const response = await fetch(`${backend.url}/auth/v1/health`, { headers: { apikey: backend.anonKey } })
    expect([response.status, response.headers.get('content-type')]).toEqual([503, 'text/html'])
    expect((await ask()).status).toBe(503)
    backend.faults.refuse(null)
    expect((await ask()).status).not.toBe(503)
  })

  it('delay: answers come later', async () => {
    backend.faults.delay(120)
    const before = performance.now()
    await ask()
    expect(performance.now() - before).toBeGreaterThan(115)
  })

  it('are turned at a door that wants the service-role key and sound values', async () => {
    expect((await door({ delay: 1 }, backend.anonKey)).status).toBe(401)
    expect((await door({ drop: 7 })).status).toBe(400)
    expect((await door({ unknown: true })).status).toBe(400)
    expect(await (await door({ delay: 0, drop: 0.5 })).json()).toEqual({ turned: ['delay', 'drop'] })
  })

  it('have no door and no knobs unless asked for', async () => {
    const plain = await startBackend({ port: 0, seed: 'empty' })
    const response = await fetch(`${plain.url}/__faults`, {
      method: 'POST',
      headers: { apikey: plain.serviceRoleKey },
      body: '{"cut":true}',
    })
    expect(response.status).toBe(404)
    expect(() => plain.faults.cut(true)).toThrow('without `faults: true`')
    await plain.stop()
  })
})

describe('the knobs', () => {
  it('tell about a cut once for each turn, and refuse values out of range', () => {
    const state = new FaultState()
    const knobs = faultKnobs(state)
    const heard: boolean[] = []
    const stop = state.onCut((on) => heard.push(on))
    knobs.cut(true)
    knobs.cut(true)
    knobs.cut(false)
    stop()
    knobs.cut(true)
    expect(heard).toEqual([true, false])
    expect(() => knobs.drop(1.5)).toThrow(RangeError)
    expect(() => knobs.tokenLifetime(0)).toThrow(RangeError)
    expect(() => knobs.refuse(200)).toThrow(RangeError)
  })
})

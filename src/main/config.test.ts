import { describe, expect, test } from 'vitest'
import { readEnvironment, serverToUse } from './config.ts'

const kept = { url: 'https://kept.supabase.co', anonKey: 'kept', embedded: false }

describe('the environment', () => {
  test('an empty environment is a plain start: no server, nothing to complain about', () => {
    expect(readEnvironment({})).toEqual({
      server: null,
      demo: null,
      userData: null,
      sqliteBinding: null,
      developmentRuntime: false,
      feed: 'broadcast',
      rendererUrl: null,
      notices: [],
    })
  })

  test('names a Supabase project, without a trailing slash', () => {
    const config = readEnvironment({ SUPABASE_URL: 'https://p.supabase.co/', SUPABASE_ANON_KEY: 'key' })
    expect(config.server).toEqual({ url: 'https://p.supabase.co', anonKey: 'key', embedded: false })
    expect(config.notices).toEqual([])
  })

  test('names the embedded backend and its demo account', () => {
    const config = readEnvironment({
      SUPABASE_URL: 'http://127.0.0.1:4000',
      SUPABASE_ANON_KEY: 'key',
      SMART_SHELF_EMBEDDED: '1',
      SMART_SHELF_DEMO_EMAIL: 'demo@example.test',
      SMART_SHELF_DEMO_PASSWORD: 'shelf',
    })
    expect(config.server).toMatchObject({ embedded: true })
    expect(config.demo).toEqual({ email: 'demo@example.test', password: 'shelf' })
  })

  test.each([
    ['a key without an address', { SUPABASE_ANON_KEY: 'key' }, 'SUPABASE_URL is not'],
    ['an address without a key', { SUPABASE_URL: 'https://p.supabase.co' }, 'SUPABASE_ANON_KEY is not'],
    ['no address at all', { SUPABASE_URL: 'the usual one', SUPABASE_ANON_KEY: 'k' }, 'not a web address'],
    ['another scheme', { SUPABASE_URL: 'file:///etc/passwd', SUPABASE_ANON_KEY: 'k' }, 'not a web address'],
  ])('%s is told in a sentence and no other server is guessed', (_case, env, sentence) => {
    const config = readEnvironment(env)
    expect(config.notices).toHaveLength(1)
    expect(config.notices[0]).toMatchObject({ code: 'environment-invalid' })
    expect(config.notices[0]?.message).toContain(sentence)
    expect(serverToUse(config, kept)).toBeNull()
  })

  test('names how the station hears of changes; a feed that does not exist is told, and the usual one is taken', () => {
    expect(readEnvironment({ SMART_SHELF_FEED: 'polling' })).toMatchObject({ feed: 'polling', notices: [] })
    const config = readEnvironment({ SMART_SHELF_FEED: 'mqtt' })
    expect(config.feed).toBe('broadcast')
    expect(config.notices[0]?.message).toContain('SMART_SHELF_FEED is "mqtt". It can be broadcast,')
  })

  test('a demo account is refused anywhere but on the embedded backend', () => {
    const config = readEnvironment({
      SUPABASE_URL: 'https://p.supabase.co',
      SUPABASE_ANON_KEY: 'key',
      SMART_SHELF_DEMO_EMAIL: 'demo@example.test',
      SMART_SHELF_DEMO_PASSWORD: 'shelf',
    })
    expect(config.demo).toBeNull()
    expect(config.notices[0]?.message).toContain('embedded backend')
  })

  test('[S1] a development page from another machine is refused', () => {
    const config = readEnvironment({ ELECTRON_RENDERER_URL: 'http://evil.example/' })
    expect(config.rendererUrl).toBeNull()
    expect(config.notices).toHaveLength(1)
    expect(readEnvironment({ ELECTRON_RENDERER_URL: 'http://localhost:5173' }).rendererUrl).not.toBeNull()
  })
})

test('the environment wins over the settings, which serve when it says nothing', () => {
  const env = readEnvironment({ SUPABASE_URL: 'https://p.supabase.co', SUPABASE_ANON_KEY: 'key' })
  expect(serverToUse(env, kept)).toMatchObject({ url: 'https://p.supabase.co' })
  expect(serverToUse(readEnvironment({}), kept)).toBe(kept)
})

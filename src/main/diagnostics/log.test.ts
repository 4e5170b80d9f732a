import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openLogFile } from './log-file.ts'
import { recordingLog } from './recording-log.ts'

describe('what is written down', () => {
  test('a line has its time, level, event and facts', () => {
    const log = recordingLog()
    log.with({ component: 'pull' }).info('pull.done', { changes: 3, tookMs: 12 })
    expect(JSON.parse(log.text())).toEqual({
      at: '2026-01-01T00:00:00.000Z',
      level: 'info',
      event: 'pull.done',
      component: 'pull',
      changes: 3,
      tookMs: 12,
    })
  })

  test('no token, password, person or row gets into it, by name or by look', () => {
    const log = recordingLog()
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'
    log.warn('all.of.it', {
      access_token: 'private-1',
      nested: { refreshToken: 'private-2', deep: { password: 'private-3' } },
      headers: { Authorization: `Bearer ${token}` },
      anonKey: 'private-4',
      email: 'private-5@example.test',
      rows: [{ sku: 'private-6' }],
      record: { sku: 'private-7' },
      url: `wss://p.supabase.co/realtime?token=${token}`,
      key: 'sb_secret_private8',
      error: new Error(`refused ${token}`, { cause: { password: 'private-9' } }),
    })
    expect(log.text()).not.toMatch(/private|eyJhbGci/)
    expect(log.text()).toContain('[1 rows]')
  })

  test('an error keeps its name, message, code and cause', () => {
    const log = recordingLog()
    log.error('disk', { error: Object.assign(new Error('no space'), { code: 'ENOSPC' }) })
    expect(JSON.parse(log.text())).toMatchObject({ error: { message: 'no space', code: 'ENOSPC' } })
  })

  test('what runs in a circle, is huge or cannot be JSON still becomes a short line', () => {
    const log = recordingLog()
    const circle: Record<string, unknown> = { big: 10n, bytes: new Uint8Array(9), call: () => 1 }
    circle['self'] = circle
    log.info('odd', { circle, long: 'x'.repeat(100_000), many: Array.from({ length: 5_000 }, () => 1) })
    expect(log.text().length).toBeLessThan(4_000)
  })
})

describe('the file', () => {
  let folder: string
  let file: string
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'shelf-log-'))
    file = path.join(folder, 'logs', 'console.log')
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const none = () => undefined

  test('keeps every line in order and goes on after a restart', async () => {
    for (const start of ['a', 'b']) {
      const log = openLogFile(file, { maxBytes: 1e6, keep: 2, lost: none })
      for (let i = 0; i < 100; i++) log.line(`${start}${i}`)
      await log.flushed()
    }
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    expect(lines).toHaveLength(200)
    expect([lines[0], lines[199]]).toEqual(['a0', 'b99'])
  })

  test('rotates and keeps no more than it should', async () => {
    const log = openLogFile(file, { maxBytes: 100, keep: 2, lost: none })
    for (let i = 0; i < 20; i++) {
      log.line(`${i} ${'x'.repeat(60)}`)
      await log.flushed()
    }
    expect((await readdir(path.dirname(file))).sort()).toEqual([
      'console.log',
      'console.log.1',
      'console.log.2',
    ])
    expect(await readFile(file, 'utf8')).toContain('19 ')
  })

  test('a disk that takes nothing costs the lines, is told of once, and stops nothing', async () => {
    const blocked = path.join(folder, 'a-file')
    await writeFile(blocked, '')
    const losses: string[] = []
    const log = openLogFile(path.join(blocked, 'console.log'), {
      maxBytes: 100,
      keep: 1,
      lost: (code) => losses.push(code),
    })
    log.line('one')
    await log.flushed()
    log.line('two')
    await log.flushed()
    expect(losses).toHaveLength(1)
  })
})

import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSettings } from './settings.ts'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'shelf-settings-'))
  file = path.join(folder, 'settings.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const project = { url: 'https://p.supabase.co', anonKey: 'key', embedded: false }

test('a first start has no settings and nothing to say about it', async () => {
  const { settings, notices } = await openSettings(file)
  expect(settings.server()).toBeNull()
  expect(notices).toEqual([])
})

test('a kept server is there at the next start, in a file only its owner reads', async () => {
  const { settings } = await openSettings(file)
  await settings.keepServer(project)
  expect((await openSettings(file)).settings.server()).toEqual(project)
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['settings.json'])
})

test('the last of two hurried writes stays', async () => {
  const { settings } = await openSettings(file)
  await Promise.all([
    settings.keepServer(project),
    settings.keepServer({ ...project, url: 'https://q.supabase.co' }),
  ])
  expect((await openSettings(file)).settings.server()?.url).toBe('https://q.supabase.co')
})

test('the embedded backend, which is of one start only, is not kept', async () => {
  const { settings } = await openSettings(file)
  await settings.keepServer({ ...project, embedded: true })
  expect(await readdir(folder)).toEqual([])
})

test.each([
  ['half a file', '{"version": 1, "ser'],
  ['a file of another shape', '{"version": 1, "server": {"url": "nonsense"}}'],
  ['a file from a newer version', '{"version": 2, "servers": []}'],
])('%s is set aside unharmed and told of', async (_case, text) => {
  await writeFile(file, text)
  const { settings, notices } = await openSettings(file)
  expect(settings.server()).toBeNull()
  expect(notices).toMatchObject([{ code: 'settings-set-aside' }])
  expect(await readFile(`${file}.unreadable`, 'utf8')).toBe(text)
  await settings.keepServer(project)
  expect((await openSettings(file)).notices).toEqual([])
})

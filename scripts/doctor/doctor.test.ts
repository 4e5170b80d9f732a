import { execFile } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { must } from '#shared/lib/must.ts'
import { removeFolder, startConsole, temporaryFolder } from '#test/harness/console.ts'
import type { TestConsole } from '#test/harness/console.ts'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { startTestBackend } from '#test/harness/test-backend.ts'
import type { TestBackend } from '#test/harness/test-backend.ts'
import { projectFolder } from '../launch/folders.ts'
import { onlyMirror } from '../lib/mirror-files.ts'
import { CannotLook, examine } from './examine.ts'
import { inWords } from './print.ts'
import type { Report } from './report.ts'

/* The doctor at the folder of a real console that has worked with an embedded backend. */

let backend: TestBackend
let folder: string
let env: NodeJS.ProcessEnv
let running: TestConsole | null = null

beforeAll(async () => {
  backend = await startTestBackend({ seed: 'empty' })
  await backend.addStock(50)
})
afterAll(() => backend.stop())
beforeEach(() => {
  folder = temporaryFolder()
  env = { SUPABASE_URL: backend.address.url, SUPABASE_ANON_KEY: backend.address.anonKey }
  return async () => {
    await running?.stop()
    running = null
    removeFolder(folder)
  }
})

/** A console whose mirrors lie where those of an installed one do. */
async function start(): Promise<void> {
  const directory = join(folder, 'mirrors')
  running = await startConsole({ server: backend.address, demoSignIn: backend.user, directory })
  await running.reaches('live')
}
async function stop(): Promise<void> {
  await running?.stop()
  running = null
}
async function workedHere(): Promise<string> {
  await start()
  await stop()
  return onlyMirror(folder)
}

const look = (more: Partial<Parameters<typeof examine>[0]> = {}): Promise<Report> =>
  examine({ folder, signIn: null, env, now: Date.now, ...more })
const problemsOf = ({ problems }: Report): string => problems.map(({ problem }) => problem).join('\n')

test('a console that runs is examined while it runs, and found healthy', async () => {
  await start()
  // What the console knows of itself is on disk when it has been quiet for a moment.
  const report = await vi.waitFor(
    async () => {
      const latest = await look()
      expect(latest.mirrors[0]?.history[0]).toMatchObject({ to: 'live' })
      return latest
    },
    { timeout: PATIENCE_MS, interval: 200 },
  )
  expect(report.problems).toEqual([])
  expect(report.server).toMatchObject({ url: backend.address.url, answer: { kind: 'answers' } })
  const [mirror] = report.mirrors
  expect(mirror).toMatchObject({
    trouble: null,
    inUse: true,
    distrusted: false,
    integrity: { sound: true },
    unreadableRows: 0,
  })
  expect(mirror?.times.live).toBeGreaterThan(0)
  expect(mirror?.scopes.map(({ lag }) => lag)).toEqual([0, 0, 0])
  expect(inWords(report)).toMatch(/\nHealthy\.\n$/)
})

test('one that does not run is examined as well; signed in, its mirror is compared with the server', async () => {
  await workedHere()
  const report = await look({ signIn: backend.user })
  expect(report.problems).toEqual([])
  const [mirror] = report.mirrors
  expect(mirror).toMatchObject({ inUse: false })
  expect(mirror?.comparison?.map(({ outcome }) => outcome)).toEqual(['equal', 'equal', 'equal'])
})

test('rows that differ from the server are found, and named by bucket', async () => {
  const file = new Database(await workedHere())
  const row = file.prepare<[], { id: string }>('select id from inventory limit 1').get()
  file.prepare('delete from inventory where id = ?').run(row?.id)
  file.close()
  const report = await look({ signIn: backend.user })
  expect(problemsOf(report)).toContain(`inventory/${must(row, 'a row').id.slice(0, 2)}`)
})

test('a console that was off while the site worked is behind, which is nothing to worry about', async () => {
  await workedHere()
  await backend.receive(3)
  const report = await look({ signIn: backend.user })
  expect(report.problems).toEqual([])
  expect(report.notes.join('\n')).toMatch(/catches up when it is started/)
})

test('a damaged file is told, not stumbled over', async () => {
  const file = await workedHere()
  const bytes = readFileSync(file)
  bytes.fill(0xa5, 8192, bytes.length - 4096)
  writeFileSync(file, bytes)
  const report = await look({ signIn: backend.user })
  expect(report.mirrors[0]?.trouble).toBe('damaged')
  expect(problemsOf(report)).toContain('is damaged')
  expect(inWords(report)).toContain('1 problem found:')
})

test.each<[string, (file: string) => void, string]>([
  ['cut short', (file) => truncateSync(file, 50), 'is damaged'],
  ['no database', (file) => writeFileSync(file, 'x'.repeat(5_000)), 'is damaged'],
  ['found damaged in use', (file) => writeFileSync(`${file}-distrusted`, ''), 'was found damaged in use'],
  [
    'from the future',
    (file) => {
      const db = new Database(file)
      db.pragma('user_version = 999')
      db.close()
    },
    'was written by a newer version',
  ],
])('a file that is %s is told', async (_, spoil, problem) => {
  spoil(await workedHere())
  expect(problemsOf(await look())).toContain(problem)
})

test('a server that does not answer is told, and everything else is told as well', async () => {
  await workedHere()
  const report = await look({ env: { ...env, SUPABASE_URL: 'http://127.0.0.1:9' }, signIn: backend.user })
  expect(report.server?.answer).toMatchObject({ kind: 'failed', because: 'offline' })
  expect(report.mirrors[0]?.integrity).toEqual({ sound: true, problems: [] })
  expect(problemsOf(report)).toContain('does not answer')
})

test('a wrong password is a problem of its own, and its cure is named', async () => {
  await workedHere()
  const report = await look({ signIn: { ...backend.user, password: 'wrong' } })
  expect(report.problems).toHaveLength(1)
  expect(problemsOf(report)).toContain(`Signing in as ${backend.user.email} failed`)
})

test('the server is the one of the settings, where no environment names another', async () => {
  await workedHere()
  const { url, anonKey } = backend.address
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ version: 1, server: { url, anonKey } }))
  expect((await look({ env: {} })).server).toMatchObject({ url, from: 'settings' })
})

test('a folder in which nobody has signed in is healthy; one that is not there cannot be looked at', async () => {
  mkdirSync(join(folder, 'mirrors'))
  const report = await look({ env: {} })
  expect(report.problems).toEqual([])
  expect(report.notes.join('\n')).toContain('nobody has signed in')
  await expect(look({ folder: join(folder, 'nowhere') })).rejects.toThrow(CannotLook)
})

test('it writes nothing, and names no key, token or password', async () => {
  const file = await workedHere()
  appendFileSync(join(folder, 'secrets.json'), '{"session":"a secret"}')
  const names = readdirSync(folder, { recursive: true }).sort()
  const bytes = readFileSync(file)
  const report = await look({ signIn: backend.user })
  const said = JSON.stringify(report) + inWords(report)
  for (const secret of [backend.address.anonKey, backend.user.password, 'a secret', 'eyJ']) {
    expect(said).not.toContain(secret)
  }
  expect(readFileSync(file).equals(bytes)).toBe(true)
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(names)
  expect(existsSync(`${file}-distrusted`)).toBe(false)
})

test('the command prints words or JSON, and its exit code says how it went', async () => {
  await workedHere()
  const run = promisify(execFile)
  const script = join(projectFolder, 'scripts', 'doctor.ts')
  const doctor = async (...args: string[]) => {
    try {
      const { stdout } = await run(process.execPath, [script, ...args], { env: { ...process.env, ...env } })
      return { code: 0, stdout }
    } catch (error) {
      const { code, stdout } = error as { code: number; stdout: string }
      return { code, stdout }
    }
  }
  const [words, json, nowhere, wrong] = await Promise.all([
    doctor('--user-data', folder),
    doctor('--user-data', folder, '--json'),
    doctor('--user-data', join(folder, 'nowhere')),
    doctor('--no-such-option'),
  ])
  expect(words).toMatchObject({ code: 0, stdout: expect.stringContaining('Healthy.') as string })
  expect(JSON.parse(json.stdout)).toMatchObject({ folder, problems: [] })
  expect([nowhere.code, wrong.code]).toEqual([2, 2])
})

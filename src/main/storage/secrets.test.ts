import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { recordingLog } from '../diagnostics/recording-log.ts'
import { openSecrets } from './secrets.ts'
import { systemVault, type KeyStore, type Vault } from './vault.ts'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'shelf-secrets-'))
  file = path.join(folder, 'secrets.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A key store that turns texts around under a named key. */
function vaultWith(key: string, protection: 'encrypted' | 'plain' = 'encrypted'): Vault {
  const turned = (text: string) => Buffer.from(text).reverse().toString('latin1')
  return {
    protection: () => Promise.resolve(protection),
    seal: (text) => Promise.resolve(`${key}:${turned(text)}`),
    open: (sealed) => {
      if (!sealed.startsWith(`${key}:`)) return Promise.reject(new Error('another key'))
      return Promise.resolve(turned(sealed.slice(key.length + 1)))
    },
  }
}

const open = (vault: Vault, log = recordingLog()) => openSecrets(file, Promise.resolve(vault), log)

test('a secret is there after a restart, and its text is nowhere in the file', async () => {
  await open(vaultWith('k')).set('session', 'refresh-me')
  expect(await open(vaultWith('k')).get('session')).toBe('refresh-me')
  expect(await readFile(file, 'utf8')).not.toContain('refresh-me')
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('without a key store the value rests plain, in a file of its owner alone', async () => {
  const secrets = open(vaultWith('k', 'plain'))
  await secrets.set('session', 'refresh-me')
  expect(await secrets.get('session')).toBe('refresh-me')
  expect(await readFile(file, 'utf8')).toContain('refresh-me')
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('a value that was kept plain can be read after a key store has come', async () => {
  await open(vaultWith('k', 'plain')).set('session', 'refresh-me')
  expect(await open(vaultWith('k')).get('session')).toBe('refresh-me')
})

test('a value of another key reads as absent, is logged without its text, and can be replaced', async () => {
  await open(vaultWith('old')).set('session', 'refresh-me')
  const log = recordingLog()
  const secrets = open(vaultWith('new'), log)
  expect(await secrets.get('session')).toBeNull()
  expect(log.events()).toContain('secrets.not-opened')
  await secrets.set('session', 'again')
  expect(await secrets.get('session')).toBe('again')
})

test('a deleted secret is gone from the disk; the others stay', async () => {
  const secrets = open(vaultWith('k'))
  await Promise.all([secrets.set('a', 'one'), secrets.set('b', 'two')])
  await secrets.delete('a')
  const again = open(vaultWith('k'))
  expect([await again.get('a'), await again.get('b')]).toEqual([null, 'two'])
})

test('a damaged file is set aside and the console goes on without a session', async () => {
  await writeFile(file, 'not json')
  const log = recordingLog()
  expect(await open(vaultWith('k'), log).get('session')).toBeNull()
  expect(log.events()).toContain('secrets.unreadable')
})

const keyStore = (facts: { backend: string; available: boolean }): KeyStore => ({
  getSelectedStorageBackend: () => facts.backend,
  isEncryptionAvailable: () => facts.available,
  encryptString: (text) => Buffer.from(`sealed ${text}`),
  decryptString: (sealed) => sealed.toString().replace('sealed ', ''),
})

test('a runtime with asynchronous calls is asked by those alone', async () => {
  const refused = () => {
    throw new Error('holds the main thread')
  }
  const vault = systemVault(
    {
      getSelectedStorageBackend: () => 'gnome_libsecret',
      isEncryptionAvailable: refused,
      encryptString: refused,
      decryptString: refused,
      isAsyncEncryptionAvailable: () => Promise.resolve(true),
      encryptStringAsync: (text) => Promise.resolve(Buffer.from(`later ${text}`)),
      decryptStringAsync: (sealed) => Promise.resolve({ result: sealed.toString().replace('later ', '') }),
    },
    'linux',
  )
  expect(await vault.protection()).toBe('encrypted')
  expect(await vault.open(await vault.seal('text'))).toBe('text')
})

test.each([
  ['a Linux desktop with a key store', 'linux', 'gnome_libsecret', true, 'encrypted'],
  ['a Linux without one, whose key is public', 'linux', 'basic_text', true, 'plain'],
  ['a Linux that did not say', 'linux', 'unknown', true, 'plain'],
  ['a Mac whose keychain is refused', 'darwin', 'unknown', false, 'plain'],
  ['Windows', 'win32', 'unknown', true, 'encrypted'],
])('%s is told as it is', async (_case, platform, backend, available, protection) => {
  const vault = systemVault(keyStore({ backend, available }), platform)
  expect(await vault.protection()).toBe(protection)
  expect(await vault.open(await vault.seal('text'))).toBe('text')
})

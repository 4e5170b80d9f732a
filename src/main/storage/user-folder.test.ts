import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openUserFolder } from './user-folder.ts'

let base: string
beforeEach(() => (base = mkdtempSync(path.join(os.tmpdir(), 'shelf-folder-'))))
afterEach(() => rmSync(base, { recursive: true, force: true }))

test('a first start makes the folder and has nothing to say', () => {
  const folder = openUserFolder(path.join(base, 'new', 'console'))
  expect(folder.notice).toBeNull()
  expect(existsSync(folder.chromium)).toBe(true)
  expect(folder.chromium.startsWith(folder.path)).toBe(true)
})

test('a folder that cannot be had is told of by name, and the console can start all the same', () => {
  const blocked = path.join(base, 'a-file')
  writeFileSync(blocked, '')
  const folder = openUserFolder(path.join(blocked, 'console'))
  expect(folder.notice).toMatchObject({ code: 'folder-not-writable' })
  expect(folder.notice?.message).toContain(path.join(blocked, 'console'))
  expect(existsSync(folder.chromium)).toBe(true)
  rmSync(folder.chromium, { recursive: true })
})

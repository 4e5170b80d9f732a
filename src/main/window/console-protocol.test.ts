import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { developmentPolicy, productPolicy } from './csp.ts'
import { fileOf, serveConsole } from './console-protocol.ts'

let folder: string
let root: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'shelf-pages-'))
  root = path.join(folder, 'renderer')
  await mkdir(path.join(root, 'assets'), { recursive: true })
  await writeFile(path.join(root, 'index.html'), '<title>Console</title>')
  await writeFile(path.join(root, 'assets', 'a b.js'), 'export {}')
  await writeFile(path.join(root, 'notes.txt'), 'of no known kind')
  await writeFile(path.join(folder, 'secret.html'), 'outside')
  await writeFile(path.join(folder, 'renderer-beside.html'), 'outside')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const get = (url: string, method = 'GET') => serveConsole(root)({ url, method })

test('serves its files with their types and the strict policy', async () => {
  const page = await get('shelf://console/index.html')
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('Console')
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page.headers.get('content-security-policy')).toBe(productPolicy)
  expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  expect((await get('shelf://console/assets/a%20b.js?v=1#x')).headers.get('content-type')).toContain(
    'javascript',
  )
})

describe('[S1] nothing outside the folder', () => {
  test.each([
    'shelf://console/../secret.html',
    'shelf://console/%2e%2e/secret.html',
    'shelf://console/..%2fsecret.html',
    'shelf://console/assets/..%2f..%2fsecret.html',
    'shelf://console/%2e%2e%5csecret.html',
    'shelf://console/..\\secret.html',
    'shelf://console/..%2frenderer-beside.html',
    'shelf://console//etc/passwd',
    'shelf://console/%00index.html',
    'shelf://console/c:%5cwindows',
    'shelf://console/%',
    'shelf://elsewhere/index.html',
    'file:///etc/passwd',
    'nonsense',
  ])('%s is not here', async (url) => {
    const answer = await get(url)
    expect(answer.status).toBe(404)
    expect(await answer.text()).not.toContain('outside')
  })

  test('whatever path is asked for, it lies below the folder or is not here', () => {
    const piece = fc.oneof(
      fc.constantFrom('..', '.', '%2e%2e', '%2f', '%5c', '\\', '/', 'assets', '~', ''),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const file = fileOf(root, `shelf://console/${pieces.join('/')}`)
        if (file !== null) expect(file.startsWith(root + path.sep)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})

test('folders, unknown kinds, missing files and other methods are refused', async () => {
  for (const url of ['', 'assets', 'notes.txt', 'none.js', 'index.html/x.js'])
    expect((await get(`shelf://console/${url}`)).status).toBe(404)
  expect((await get('shelf://console/index.html', 'POST')).status).toBe(405)
})

test('[S1] the policy of the product allows no connection, no inline or generated script, no foreign source', () => {
  expect(productPolicy).toContain("default-src 'none'")
  expect(productPolicy).toContain("connect-src 'none'")
  expect(productPolicy).toContain("script-src 'self';")
  expect(productPolicy).not.toMatch(/unsafe-eval|https?:|\*/)
  expect(developmentPolicy('http://localhost:5173/')).toContain(
    'connect-src http://localhost:5173 ws://localhost:5173',
  )
})

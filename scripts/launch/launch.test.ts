import { existsSync, readFileSync } from 'node:fs'
import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { startChild } from './child.ts'
import { serverFrom } from './console.ts'
import { backendDataFolder } from './folders.ts'
import { encodePng, readWindowDump } from './screen-picture.ts'

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => (resolve = settle))
  return { promise, resolve: (value: T) => resolve(value) }
}

describe('the server to talk to', () => {
  test('is the one named in the environment, both parts or neither', () => {
    expect(serverFrom({})).toBeNull()
    expect(serverFrom({ SUPABASE_URL: 'https://x.supabase.co', SUPABASE_ANON_KEY: 'k' })).toEqual({
      SUPABASE_URL: 'https://x.supabase.co',
      SUPABASE_ANON_KEY: 'k',
    })
    expect(() => serverFrom({ SUPABASE_URL: 'https://x.supabase.co' })).toThrow('SUPABASE_ANON_KEY is not')
    expect(() => serverFrom({ SUPABASE_ANON_KEY: 'k' })).toThrow('SUPABASE_URL is not')
  })

  test('keeps its data with the user, not in the project', () => {
    expect(backendDataFolder({ XDG_DATA_HOME: '/d' }, 'linux')).toBe(
      join('/d', 'smart-shelf-console', 'backend'),
    )
    expect(backendDataFolder({ SMART_SHELF_BACKEND_DATA: '/other' }, 'linux')).toBe('/other')
    expect(backendDataFolder({}, 'darwin')).toContain('Application Support')
  })
})

describe.skipIf(process.platform === 'win32')('a program we started', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'launch-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** A process that has ended but was not yet collected by its parent (a zombie) is not alive. */
  const isAlive = (pid: number) => {
    if (process.platform === 'linux') {
      const state = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ''
      return state !== '' && !/\) Z /.test(state)
    }
    try {
      process.kill(pid, 0)
      return true
    } catch {
      return false
    }
  }

  test('takes what it started along when it is stopped, even what does not listen', async () => {
    const script = join(folder, 'parent.mjs')
    await writeFile(
      script,
      `import { spawn } from 'node:child_process'
       const deaf = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); console.log("deaf"); setInterval(() => {}, 1e6)'], { stdio: ['ignore', 'pipe', 'inherit'] })
       deaf.stdout.once('data', () => console.log(deaf.pid))
       setInterval(() => {}, 1e6)`,
    )
    const heard = deferred<number>()
    const child = await startChild(process.execPath, [script], {
      env: process.env,
      onStdout: (line) => heard.resolve(Number(line)),
      onStderr: null,
    })
    const grandchild = await heard.promise
    expect(isAlive(grandchild)).toBe(true)
    expect(await child.stop()).toEqual({ code: null, signal: 'SIGTERM' })
    await expect.poll(() => isAlive(grandchild), { timeout: PATIENCE_MS }).toBe(false)
    expect(isAlive(child.pid)).toBe(false)
  })

  test('is ended the hard way when it will not listen', async () => {
    const ready = deferred<string>()
    const child = await startChild(
      process.execPath,
      ['-e', 'process.on("SIGTERM", () => {}); console.log("here"); setInterval(() => {}, 1e6)'],
      { env: process.env, onStdout: ready.resolve, onStderr: null },
    )
    await ready.promise
    expect(await child.stop(100)).toEqual({ code: null, signal: 'SIGKILL' })
  })

  test('that does not exist is an error at once', async () => {
    const starting = startChild(join(folder, 'nothing'), [], {
      env: process.env,
      onStdout: null,
      onStderr: null,
    })
    await expect(starting).rejects.toThrow('ENOENT')
  })
})

describe('a picture of the virtual display', () => {
  test('has the pixels of the dump, red first', async () => {
    const header = Buffer.alloc(100)
    const words = [100, 7, 2, 24, 2, 1, 0, 0, 32, 0, 32, 32, 8]
    words.forEach((word, index) => header.writeUInt32BE(word, index * 4))
    const dump = Buffer.concat([header, Buffer.from([3, 2, 1, 0, 30, 20, 10, 0])])
    const screen = readWindowDump(dump)
    expect(screen).toEqual({ width: 2, height: 1, rgb: Buffer.from([1, 2, 3, 10, 20, 30]) })

    const png = await encodePng(screen)
    const dataAt = png.indexOf('IDAT')
    const pixels = inflateSync(png.subarray(dataAt + 4, dataAt + 4 + png.readUInt32BE(dataAt - 4)))
    expect([...pixels]).toEqual([0, 1, 2, 3, 10, 20, 30])
  })

  test('is refused for a screen of another kind', () => {
    expect(() => readWindowDump(Buffer.alloc(100))).toThrow('Not a screen')
  })
})

import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Readable, Writable } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'

interface Ready {
  url: string
  anonKey: string
  serviceRoleKey: string
  demoUser: { email: string; password: string } | null
}

interface Run {
  child: ChildProcessByStdio<Writable, Readable, Readable>
  /** What it wrote for people. */
  said: () => string
  /** The ready line; rejects with what it said when it ends before. */
  ready: Promise<Ready>
  ended: Promise<number | null>
}

const script = fileURLToPath(new URL('./backend.ts', import.meta.url))
const tidy: (() => unknown)[] = []
afterEach(async () => {
  for (const step of tidy.splice(0).reverse()) await step()
})

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  tidy.push(() => child.kill('SIGKILL'))
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const line = once(createInterface(child.stdout), 'line').then(
    ([text]) => JSON.parse(text as string) as Ready,
  )
  const ready = Promise.race([
    line,
    ended.then((code): never => {
      throw new Error(`It ended with code ${code}: ${said}`)
    }),
  ])
  ready.catch(() => undefined)
  return { child, said: () => said, ready, ended }
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'shelf-backend-'))
  tidy.push(() => rm(path, { recursive: true, force: true }))
  return path
}

describe('npm run backend', () => {
  it('says where it is in one line, leaves the same beside its data, and ends on SIGTERM with sockets open', async () => {
    const dataDir = await folder()
    const { child, ready, ended } = run('--data-dir', dataDir, '--seed', 'empty')
    const facts = await ready
    expect(facts).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      anonKey: expect.any(String) as string,
      serviceRoleKey: expect.any(String) as string,
      demoUser: null,
    })
    const file = join(dataDir, 'backend.json')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(facts)
    expect(statSync(file).mode & 0o777).toBe(0o600)

    const socket = new WebSocket(
      `${facts.url.replace('http', 'ws')}/realtime/v1/websocket?apikey=${facts.anonKey}&vsn=2.0.0`,
    )
    await once(socket, 'open')
    const closed = once(socket, 'close')
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    await closed
  })

  it('comes back at the address its data folder had, as stations know it by that', async () => {
    const dataDir = await folder()
    const first = run('--data-dir', dataDir, '--seed', 'empty')
    const { url } = await first.ready
    first.child.kill('SIGTERM')
    await first.ended
    const again = run('--data-dir', dataDir, '--seed', 'empty')
    expect((await again.ready).url).toBe(url)
    again.child.kill('SIGTERM')
    await again.ended

    const squatter = createServer().listen(Number(new URL(url).port), '127.0.0.1')
    tidy.push(() => squatter.close())
    await once(squatter, 'listening')
    const elsewhere = run('--data-dir', dataDir, '--seed', 'empty')
    expect((await elsewhere.ready).url).not.toBe(url)
    expect(elsewhere.said()).toContain('gets a new address this time')
  })

  it('ends with its parent when asked to', async () => {
    const { child, ready, ended } = run('--seed', 'empty', '--exit-with-parent')
    await ready
    child.stdin.end()
    expect(await ended).toBe(0)
  })

  it('does not keep a data folder from a second one without a word', async () => {
    const dataDir = await folder()
    await run('--data-dir', dataDir, '--seed', 'empty').ready
    const second = run('--data-dir', dataDir, '--seed', 'empty')
    expect(await second.ended).toBe(1)
    expect(second.said()).toContain('is in use by another backend')
  })

  it.each([
    [['--port', 'many'], '--port takes a number'],
    [['--seed', 'huge'], '--seed takes demo or empty'],
    [['--what'], "Unknown option '--what'"],
    [['--data-dir', 'x', '--database-url', 'postgres://x'], 'exclude each other'],
    [['--database-url', 'mysql://x'], '--database-url takes postgres://'],
  ])('explains itself when called with %j', async (args, words) => {
    const { ended, said } = run(...args)
    expect(await ended).toBe(2)
    expect(said()).toContain(words)
    expect(said()).toContain('Usage: npm run backend')
  })

  it('says which database it cannot reach', async () => {
    const { ended, said } = run('--database-url', 'postgres://me:hidden@127.0.0.1:1/x')
    expect(await ended).toBe(1)
    expect(said()).toContain('cannot be reached')
    expect(said()).not.toContain('hidden')
  })
})

import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from './fixtures/console.ts'

test.skip(process.platform !== 'linux', 'Processes are counted in /proc.')

const project = resolve(import.meta.dirname, '../..')
const OPENING_MS = 120_000

interface Process {
  pid: number
  parent: number
  state: string
}

/** Every process of this machine that is alive. */
function processes(): Process[] {
  const alive: Process[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    let line: string
    try {
      line = readFileSync(`/proc/${name}/stat`, 'utf8')
    } catch {
      continue // It ended while we were looking.
    }
    const [state = '', parent = ''] = line.slice(line.lastIndexOf(')') + 2).split(' ')
    if (state !== 'Z') alive.push({ pid: Number(name), parent: Number(parent), state })
  }
  return alive
}

/** A process and all it started, by their numbers. */
function family(root: number): number[] {
  const all = processes()
  const members = [root]
  for (const member of members)
    members.push(...all.filter(({ parent }) => parent === member).map(({ pid }) => pid))
  return members
}

for (const { how, signal, to } of [
  { how: 'Ctrl-C', signal: 'SIGINT', to: 'group' },
  { how: 'a signal that only npm gets', signal: 'SIGTERM', to: 'npm' },
] as const) {
  test(`npm start opens the console, and ${how} leaves no process behind`, async ({ stage }) => {
    // The stage has prepared the runtime; the display is left to npm start, as it is for a person.
    expect(stage.runtime.executablePath).not.toBe('')
    test.setTimeout(OPENING_MS)
    const folder = await mkdtemp(join(tmpdir(), 'smart-shelf-start-'))
    const npm = spawn('npm', ['start'], {
      cwd: project,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        SMART_SHELF_USER_DATA: join(folder, 'console'),
        SMART_SHELF_BACKEND_DATA: join(folder, 'backend'),
      },
    })
    const pid = npm.pid!
    await new Promise<void>((opened, failed) => {
      createInterface({ input: npm.stdout }).on('line', (line) => {
        if (line.startsWith('The console is open')) opened()
      })
      npm.once('exit', (code) => failed(new Error(`npm start ended with code ${code}.`)))
    })

    const started = family(pid)
    expect(started.length).toBeGreaterThan(4)
    process.kill(to === 'group' ? -pid : pid, signal)
    const left = () => processes().filter((alive) => started.includes(alive.pid))
    await expect.poll(left, { timeout: 30_000 }).toEqual([])
    await rm(folder, { recursive: true, force: true })
  })
}

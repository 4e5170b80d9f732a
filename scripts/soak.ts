import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readdir } from 'node:fs/promises'
import { callHands } from './demo/warehouse-hands.ts'
import { startBackendChild } from './launch/backend-child.ts'
import type { BackendChild } from './launch/backend-child.ts'
import type { BackendFacts } from './launch/backend-facts.ts'
import { compareMirror } from './lib/compare-mirror.ts'
import { layCable } from './lib/cable.ts'
import { causeFaults } from './soak/faults.ts'
import type { ConsoleBoot, FromConsole, Sample } from './soak/messages.ts'
import { judge } from './soak/verdict.ts'

/*
 * npm run test:soak: a real console and a real backend, each in a process of its own, with real sockets through a cable and a
 * fault every few seconds, while stock changes. At the end the link must be live, the mirror equal, and memory, handles,
 * listeners and feeds as they were.
 */

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    every: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
})
const WAREHOUSE = 'BER'
const BACK_WITHIN_MS = 90_000
const QUIET_MS = 5_000

const minutes = Number(values.minutes)
const everyMs = Number(values.every) * 1_000
if (!(minutes > 0 && everyMs > 0)) throw new Error('--minutes and --every take numbers above 0.')

const say = (words: string): void => console.log(`${new Date().toISOString().slice(11, 19)}  ${words}`)
const folder = mkdtempSync(join(tmpdir(), 'shelf-soak-'))
const dataDir = join(folder, 'backend')
const mirrors = join(folder, 'console')

const running: { backend: BackendChild | null } = { backend: null }
async function startBackend(port: string): Promise<BackendFacts> {
  const args = ['--port', port, '--data-dir', dataDir, '--seed', 'demo', '--faults']
  running.backend = await startBackendChild(args, () => undefined)
  return running.backend.ready
}

const facts = await startBackend('0')
if (!facts.demoUser) throw new Error('The backend has no demo user.')
const cable = await layCable(facts.url)
const { port } = new URL(facts.url)

const boot: ConsoleBoot = {
  directory: mirrors,
  server: { url: cable.url, anonKey: facts.anonKey, embedded: false },
  user: facts.demoUser,
}
const consoleScript = fileURLToPath(new URL('../test/harness/soak-console.ts', import.meta.url))
const child: ChildProcess = fork(consoleScript, [JSON.stringify(boot)], { execArgv: ['--expose-gc'] })

const samples: Sample[] = []
const caused = new Map<string, number>()
let link = 'offline'
let liveSince: number | null = null
let lostAt = Date.now()
let longestAwayMs = 0
let returns = 0
let stopped = false
let consoleDied = false

child.on('exit', () => {
  consoleDied = !stopped
})
child.on('message', (message) => {
  const heard = message as FromConsole
  if (heard.kind === 'sample') samples.push(heard.sample)
  else if (heard.kind === 'stopped') stopped = true
  else heardLink(heard.at)
})

function heardLink(at: string): void {
  link = at
  if (at === 'live' && liveSince === null) {
    liveSince = Date.now()
    returns += 1
    longestAwayMs = Math.max(longestAwayMs, liveSince - lostAt)
  } else if (at !== 'live' && liveSince !== null) {
    liveSince = null
    lostAt = Date.now()
  }
}

async function until(what: string, holds: () => boolean, withinMs: number): Promise<boolean> {
  const startedAt = Date.now()
  while (!holds()) {
    if (consoleDied) throw new Error('The console process ended.')
    if (Date.now() - startedAt > withinMs) {
      say(`NOT within ${withinMs / 1_000} s: ${what} (the link is ${link})`)
      return false
    }
    await sleep(100)
  }
  return true
}

const hands = await callHands(facts, WAREHOUSE)
await until('first live', () => link === 'live', BACK_WITHIN_MS)
say(`live; ${minutes} minutes with a fault every ${everyMs / 1_000} s begin`)

const endsAt = Date.now() + minutes * 60_000
let batches = 0
async function work(): Promise<void> {
  while (Date.now() < endsAt) {
    // The backend is down or refuses: so it does to everybody.
    await hands.receive(3).then(
      () => (batches += 1),
      () => undefined,
    )
    await sleep(700)
  }
}

async function turn(knobs: Record<string, unknown>): Promise<void> {
  const answer = await fetch(`${facts.url}/__faults`, {
    method: 'POST',
    headers: { apikey: facts.serviceRoleKey, 'content-type': 'application/json' },
    body: JSON.stringify(knobs),
  }).catch(() => null)
  if (answer && !answer.ok) throw new Error(`The backend did not take the knobs: ${await answer.text()}`)
}

const report = setInterval(() => {
  const last = samples.at(-1)
  if (last)
    say(
      `${link}; heap ${last.heapMb.toFixed(1)} MB, rss ${last.rssMb.toFixed(0)} MB, ${last.handles} handles, ${returns} times live`,
    )
}, 60_000)

await Promise.all([
  work(),
  causeFaults(
    {
      cable,
      turn,
      async restartBackend() {
        await running.backend?.child.stop()
        await startBackend(port)
      },
      networkUp: () => void child.send('network-up'),
    },
    {
      everyMs,
      until: endsAt,
      random: Math.random,
      caused: (name) => caused.set(name, (caused.get(name) ?? 0) + 1),
    },
  ),
])
clearInterval(report)

say('all faults are over')
const isBack = await until('live again', () => link === 'live', BACK_WITHIN_MS)
await sleep(QUIET_MS)
const mirrorFile = (await readdir(mirrors)).find((name) => /^mirror-.*\.db$/.test(name))
const comparison = await compareMirror(join(mirrors, mirrorFile ?? ''), hands.client)
const verdict = judge(samples)
const atTheEnd = link

child.send('stop')
await until('the console has stopped', () => stopped, 10_000)
const after = samples.at(-1)
child.disconnect()
await hands.leave()
await cable.close()
await running.backend?.child.stop()
rmSync(folder, { recursive: true, force: true })

const faultCount = [...caused.values()].reduce((sum, count) => sum + count, 0)
console.log(`\n${faultCount} faults in ${minutes} minutes, ${batches} batches of stock changes`)
for (const [name, count] of [...caused].sort()) console.log(`  ${String(count).padStart(4)}  ${name}`)
console.log(
  `\nmedian of each quarter  ${['25 %', '50 %', '75 %', '100 %'].map((head) => head.padStart(8)).join('')}`,
)
for (const { figure, medians } of verdict.quarters) {
  console.log(`  ${figure.padEnd(22)}${medians.map((value) => value.toFixed(1).padStart(8)).join('')}`)
}
console.log(
  `\nlive ${returns} times, longest away ${(longestAwayMs / 1_000).toFixed(1)} s, at the end ${atTheEnd}`,
)
console.log(`mirror ${comparison.equal ? 'equal' : 'DIFFERS'} (${comparison.rowsCompared} rows)`)
console.log(`after the engine's end: ${after?.feeds ?? '?'} feeds, ${after?.handles ?? '?'} handles`)
console.log(
  verdict.grew.length === 0
    ? 'memory, handles, listeners and feeds: flat'
    : `GREW: ${verdict.grew.join('; ')}`,
)

const passed = isBack && comparison.equal && verdict.grew.length === 0
if (values.json !== undefined) {
  const json = {
    minutes,
    everyMs,
    faults: Object.fromEntries(caused),
    batches,
    returns,
    longestAwayMs,
    atTheEnd,
    comparison,
    verdict,
    samples,
    passed,
  }
  writeFileSync(values.json, `${JSON.stringify(json, null, 2)}\n`)
}
console.log(passed ? 'passed' : 'FAILED')
process.exit(passed ? 0 : 1)

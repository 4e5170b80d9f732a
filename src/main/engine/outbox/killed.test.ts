import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { WorkState } from '#shared/protocol/work.ts'
import { owner } from '#test/harness/mirror-data.ts'
import { mutation, outboxFolder } from '#test/harness/outbox-data.ts'
import { seededRandom } from '#test/harness/seeded-random.ts'
import { realDisk } from './disk.ts'
import type { Outbox } from './outbox.ts'
import { readJournal } from './read-journal.ts'

/* Real processes, really killed, on one outbox. */

const KILLS = 20
const SEED = 20_261_123
const keeper = fileURLToPath(new URL('../../../../test/harness/work-keeper.ts', import.meta.url))

let folder: ReturnType<typeof outboxFolder>

beforeEach(() => (folder = outboxFolder()))
afterEach(() => folder.remove())

/** How far a command is at least once the event was told of it. */
const rank: Record<WorkState, number> = {
  ...{ queued: 0, sending: 1, applied: 2, refused: 2, settled: 3, 'taken-back': 3 },
  ...{ discarded: 3, amended: 3 },
}

/** @returns the state each command was last said to be in */
async function killAfter(receipts: number, name: string): Promise<Map<number, WorkState>> {
  const child = spawn(process.execPath, [keeper, folder.directory, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // The same compiled code serves every start: most of a start's time is compiling.
    env: { ...process.env, NODE_COMPILE_CACHE: path.join(folder.directory, 'compiled') },
  })
  const gone = once(child, 'close')
  let told = ''
  child.stdout.on('data', (bytes: Buffer) => {
    told += bytes.toString()
    if (told.split('kept').length > receipts) child.kill('SIGKILL')
  })
  const [code, signal] = (await gone) as [number | null, string | null]
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' })
  const states = new Map<number, WorkState>()
  for (const line of told.split('\n').slice(0, -1)) {
    const [event = '', ...numbers] = line.split(' ')
    for (const n of numbers) states.set(Number(n), event === 'kept' ? 'queued' : (event as WorkState))
  }
  expect(states.size).toBeGreaterThanOrEqual(receipts)
  return states
}

function check(outbox: Outbox, name: string, told: ReadonlyMap<number, WorkState>): void {
  const unsent = new Set(outbox.unsent().map(({ id }) => id))
  for (const [n, state] of told) {
    const entry = outbox.get(mutation(`${name} ${n}`))
    expect(entry, `${name} ${n}, told to be ${state}`).not.toBeNull()
    if (!entry) continue
    expect(rank[entry.state]).toBeGreaterThanOrEqual(rank[state])
    expect(unsent.has(entry.id)).toBe(rank[entry.state] < 2)
  }
}

test(`[O1] killed ${KILLS} times in the middle of keeping, every command that was receipted is there, seed ${SEED}`, async () => {
  const random = seededRandom(SEED)
  const all = new Map<string, ReadonlyMap<number, WorkState>>()
  for (let kill = 0; kill < KILLS; kill++) {
    const name = `run ${kill}`
    all.set(name, await killAfter(1 + Math.floor(random() * 60), name))
    const { outbox, recovered } = folder.open()
    // The system writes a line page by page: a kill can tear the last one, whose command had no receipt yet.
    expect(recovered).toMatchObject({ rebuilt: false })
    expect(recovered.badLines).toBeLessThanOrEqual(1)
    for (const aside of recovered.aside) {
      const found = readJournal(realDisk, aside, owner)
      expect(found).toMatchObject({ badLines: 1, badAtEnd: 1, endsWhole: false })
    }
    // A line is written before its commit, so at most one thing is waiting to be brought forward: the last batch.
    expect(recovered.restored).toBeLessThanOrEqual(4)
    const nos = outbox.unsettled().map(({ no }) => no)
    expect(nos).toEqual([...new Set(nos)].sort((a, b) => a - b))
    for (const [each, told] of all) check(outbox, each, told)
    outbox.close()
  }
  // The journal by itself knows of all that is not over, too.
  const { outbox: last } = folder.open()
  const unsettled = last.unsettled()
  const refused = last.page('refused', 0, 10_000)
  last.close()
  folder.loseDatabase()
  const { outbox, recovered } = folder.open()
  expect(recovered).toMatchObject({ rebuilt: true, badLines: 0 })
  expect(outbox.unsettled()).toEqual(unsettled)
  expect(outbox.page('refused', 0, 10_000)).toEqual(refused)
})

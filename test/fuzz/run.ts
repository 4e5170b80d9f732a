import { createHash } from 'node:crypto'
import type { SiteServer } from '#test/harness/site/site-server.ts'
import { chanceOf, runSeed } from '#test/harness/site/seeded.ts'
import type { Chance } from '#test/harness/site/seeded.ts'
import { openSite } from '#test/harness/site.ts'
import type { Site } from '#test/harness/site.ts'
import { must } from '#shared/lib/must.ts'
import { openBooks } from '#test/harness/site/books.ts'
import type { Books } from '#test/harness/site/books.ts'
import { actions, chooseAction } from './actions.ts'
import { Oracle } from './oracle.ts'
import type { Problem } from './problems.ts'
import { workActions } from './work-actions.ts'
import { WorkOracle } from './work-oracle.ts'

export interface RunOptions {
  seed: number
  run: number
  server: SiteServer['kind']
  /** People work at the consoles, and at the end the books are closed. Only on a server with tables. */
  work?: boolean
  steps?: number
}

export interface RunReport {
  problems: Problem[]
  /** Faults that took effect, by kind. */
  faults: Record<string, number>
  /** What happened, one line for each step. */
  log: string[]
  /** Equal for two runs of the same seed. */
  fingerprint: string
}

const STEPS = 36

/** One site's life from its opening to its end, with everything checked all along; the same for the same seed. */
export async function fuzzRun({
  seed,
  run,
  server,
  work = false,
  steps = STEPS,
}: RunOptions): Promise<RunReport> {
  const chance = chanceOf(runSeed(seed, run))
  const site = await openSite({
    seed: runSeed(run, seed),
    consoles: chance.between(2, 5),
    warehouses: chance.between(1, 3),
    products: chance.between(2, 6),
    server,
  })
  const oracle = new Oracle(site)
  const books = work ? await openForWork(site, oracle) : null
  const log: string[] = []
  const startedAt = site.clock.monotonicMs()
  const say = (words: string): void => {
    const second = ((site.clock.monotonicMs() - startedAt) / 1_000).toFixed(1)
    const states = site.consoles().map((of) => (of.isRunning() ? of.status().link.at : 'dead'))
    log.push(`${second.padStart(8)} s  ${words}  [${states.join(' ')}]`)
  }

  try {
    for (let step = 0; step < steps && oracle.problems.length === 0; step += 1) {
      const words = await chooseAction(
        site,
        work ? workActions : actions,
      )({
        site,
        console: chance.oneOf(site.consoles()),
        pruned: () => oracle.notePruned(),
        poisoned: (id) => oracle.work?.notePoisoned(id),
      })
      if (words === null) continue
      say(words)
      await oracle.step()
      await site.wait(waitMs(chance))
      await oracle.step()
    }
    if (oracle.problems.length === 0) await restAndCompare(site, oracle, say)
    if (oracle.problems.length === 0 && books) await closeBooks(books, oracle)
  } catch (error) {
    oracle.report('error', error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  reportLoggedErrors(site, oracle)
  const paths = site.consoles().map((console) => console.path().join(' '))
  for (const words of await site.close()) oracle.report('leak', words)
  return {
    problems: oracle.problems,
    faults: Object.fromEntries(site.faults),
    log,
    fingerprint: createHash('sha256')
      .update(JSON.stringify([log, paths]))
      .digest('hex')
      .slice(0, 16),
  }
}

/** Everybody may do something everywhere, and what there is now is what the books begin with. */
async function openForWork(site: Site, oracle: Oracle): Promise<Books> {
  const { server, truth, chance } = site
  oracle.work = new WorkOracle(site, (kind, words) => oracle.report(kind, words))
  for (const user of server.users) {
    for (const warehouse of server.warehouses.slice(1)) {
      if (chance.happens(0.7)) await server.grant(user, warehouse, chance.oneOf(['picker', 'supervisor']))
    }
  }
  return openBooks(must(truth.query, 'a server with tables'))
}

async function closeBooks(books: Books, oracle: Oracle): Promise<void> {
  for (const words of await books.contradictions()) oracle.report('wrong work', words)
  oracle.work?.holdAtRest(await books.ledger(), await books.movements())
}

/** Mostly moments, sometimes long enough for every timer to run out. */
function waitMs(chance: Chance): number {
  const [least, most] = chance.oneOf([
    [1, 40],
    [50, 900],
    [1_000, 8_000],
    [8_000, 35_000],
    [40_000, 150_000],
  ] as const)
  return chance.between(least, most)
}

async function restAndCompare(site: Site, oracle: Oracle, say: (words: string) => void): Promise<void> {
  site.onStep = () => oracle.step()
  say('all faults are healed')
  for (const words of await site.comeToRest()) oracle.report('stuck link', words)
  say('at rest')
  if (oracle.problems.length > 0) return
  for (const words of await site.differences()) oracle.report('mirror differs', words)
}

/** What the engine itself calls an error. */
function reportLoggedErrors(site: Site, oracle: Oracle): void {
  for (const console of site.consoles()) {
    for (const { level, event, facts } of console.log()) {
      const text = JSON.stringify(facts)
      if (level !== 'error') continue
      oracle.report('error', `console ${console.no} logged ${event} ${text.slice(0, 600)}`)
    }
  }
}

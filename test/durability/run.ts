import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { layCable } from '../../scripts/lib/cable.ts'
import { chanceOf } from '#test/harness/site/seeded.ts'
import { damageOutbox } from './damage.ts'
import { startProcess } from './lives.ts'
import type { Process } from './lives.ts'
import type { Life, Report } from './messages.ts'
import { badNetwork } from './network.ts'
import { openPremises } from './premises.ts'
import { noteInPaper, readPaper } from './receipts.ts'
import { isWhole, tallyOf } from './tally.ts'
import type { Tally } from './tally.ts'

export interface DurabilityOptions {
  kills: number
  seed: number
  /** Told of what goes on. */
  say?: (words: string) => void
}

export interface DurabilityReport {
  tally: Tally
  kills: number
  /** What befell the network and the files, by kind. */
  faults: Map<string, number>
  damages: Map<string, number>
  seconds: number
  /** What the console had on its disk, for whoever looks for what went wrong; null when all is well. */
  folder: string | null
}

/** Share of kills after which the disk has damaged something. */
const DAMAGE_SHARE = 0.25
/** Share of lives that end while they begin. */
const AT_START_SHARE = 0.15
const REST_WITHIN_MS = 120_000
const LOOK_MS = 250

/** A console that is killed again and again while somebody works at it and the network goes wrong, and then left in peace. */
export async function durabilityRun({
  kills,
  seed,
  say = () => undefined,
}: DurabilityOptions): Promise<DurabilityReport> {
  const startedAt = performance.now()
  const chance = chanceOf(seed)
  const premises = await openPremises()
  const cable = await layCable(premises.backend.url)
  const folder = mkdtempSync(join(tmpdir(), 'shelf-durability-'))
  const damages = new Map<string, number>()
  const life = (no: number, works: boolean): Life => ({
    no,
    seed,
    folder,
    server: { url: cable.url, anonKey: premises.backend.anonKey, embedded: false },
    user: premises.user,
    warehouse: premises.warehouse,
    works,
  })
  let next = startProcess()
  let now: Process | null = null
  let isKept = false
  const begin = (no: number, works = true): Process => {
    const process = next
    now = process
    process.live(life(no, works))
    return process
  }

  try {
    // Somebody has to have signed in once, and seen the stock.
    const first = begin(0)
    await first.reaches('live')
    await first.receipts(1)
    const network = badNetwork(
      { cable, knobs: premises.backend.faults, networkUp: () => now?.networkUp() },
      chance.fork(),
    )
    let living = first
    for (let kill = 1; kill <= kills; kill += 1) {
      next = startProcess()
      if (kill > 1 && chance.happens(AT_START_SHARE)) await sleep(chance.between(1, 250))
      else {
        await living.receipts(1)
        await sleep(chance.between(0, 500))
      }
      await living.kill()
      if (chance.happens(DAMAGE_SHARE)) {
        const how = damageOutbox(folder, chance)
        if (how) damages.set(how, (damages.get(how) ?? 0) + 1)
        if (how) noteInPaper(folder, { kind: 'damaged', how })
      }
      living = begin(kill, kill < kills)
      if (kill % 25 === 0) say(`${kill} kills, ${readPaper(folder).receipted.size} receipts`)
    }
    await network.calm()
    const report = await rest(living)
    await living.stop()
    const { books } = premises
    const tally = tallyOf({
      paper: readPaper(folder),
      items: report.items,
      shown: report.shown,
      stock: await premises.stock(),
      ledger: await books.ledger(),
      movements: await books.movements(),
      contradictions: await books.contradictions(),
      kills,
    })
    const seconds = (performance.now() - startedAt) / 1_000
    isKept = !isWhole(tally)
    const left = isKept ? folder : null
    return { tally, kills, faults: new Map(network.faults), damages, seconds, folder: left }
  } finally {
    await (now as Process | null)?.kill()
    await next.kill()
    await cable.close()
    await premises.close()
    if (!isKept) rmSync(folder, { recursive: true, force: true })
  }
}

/** Waits until nothing is on its way, or for as long as anybody would. */
async function rest(process: Process): Promise<Report> {
  const endsAt = performance.now() + REST_WITHIN_MS
  for (;;) {
    const report = await process.report()
    const isOnItsWay = report.items.some(({ state }) => ['queued', 'sending', 'applied'].includes(state))
    if ((report.link === 'live' && !isOnItsWay) || performance.now() > endsAt) return report
    await sleep(LOOK_MS)
  }
}

import {
  appendFileSync,
  closeSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Chance } from '#test/harness/site/seeded.ts'

/*
 * What a disk may have made of the outbox when the power is back: never of what was synced before a receipt. The journal keeps all
 * its whole lines; the database beside it may be torn, older than the journal, or gone.
 */

const PAGE_BYTES = 4_096

interface Files {
  database: string
  log: string | null
  journal: string
}

type Damage = (files: Files, chance: Chance) => void

export const damages: Record<string, Damage> = {
  'half a line behind the journal': ({ journal }, chance) => {
    const line = `{"n":999999,"e":"kept","no":7,"work":{"command":{"kind":"pick","mutation_id":"${chance.uuid()}"`
    appendFileSync(journal, line.slice(0, chance.between(1, line.length)))
  },
  'zeros behind the journal': ({ journal }, chance) =>
    appendFileSync(journal, Buffer.alloc(chance.between(1, 3 * PAGE_BYTES))),
  'pages of the outbox torn': ({ database }, chance) => {
    const bytes = statSync(database).size
    const file = openSync(database, 'r+')
    for (let torn = chance.between(1, 4); torn > 0; torn -= 1) {
      const at = Math.max(0, Math.floor((chance.random() * bytes) / PAGE_BYTES) * PAGE_BYTES)
      writeSync(file, Buffer.alloc(chance.between(64, PAGE_BYTES), chance.between(0, 255)), 0, null, at)
    }
    closeSync(file)
  },
  'the outbox cut off': ({ database }, chance) =>
    truncateSync(database, Math.floor(statSync(database).size * chance.random())),
  'the outbox gone': ({ database, log }) => {
    rmSync(database)
    if (log) rmSync(log)
  },
  'the write-ahead log cut off': ({ log }, chance) => {
    if (log) truncateSync(log, Math.floor(statSync(log).size * chance.random()))
  },
  'the write-ahead log gone': ({ log }) => {
    if (log) rmSync(log)
  },
}

/** Damages one of them. @returns how; null when there is nothing to damage yet */
export function damageOutbox(folder: string, chance: Chance): string | null {
  const files = outboxFiles(folder)
  if (!files) return null
  const name = chance.oneOf(Object.keys(damages))
  damages[name]?.(files, chance)
  return name
}

function outboxFiles(folder: string): Files | null {
  const names = readdirSync(folder)
  const path = (ending: string): string | null => {
    const name = names.find((each) => each.endsWith(ending))
    return name === undefined ? null : join(folder, name)
  }
  const database = path('.db.outbox')
  const journal = path('.db.outbox.journal')
  return database && journal ? { database, log: path('.db.outbox-wal'), journal } : null
}

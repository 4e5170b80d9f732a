import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Command, CommandOutcome } from '#shared/domain/commands.ts'
import type { MutationId, ProductId } from '#shared/domain/ids.ts'
import type { SendTrouble } from '#shared/protocol/work.ts'
import { binLane } from '#engine/commands/spec.ts'
import { companions } from '#engine/mirror/mirror-file.ts'
import { realDisk } from '#engine/outbox/disk.ts'
import { EntryStore } from '#engine/outbox/entry-store.ts'
import type { NewWork, Outbox } from '#engine/outbox/outbox.ts'
import { journalPath } from '#engine/outbox/outbox-paths.ts'
import { readJournal } from '#engine/outbox/read-journal.ts'
import { openOutbox, outboxPath, type OpenOutboxOptions } from '#engine/outbox/sqlite-outbox.ts'
import { manualClock, type ManualClock } from './manual-clock.ts'
import { EIGHT_O_CLOCK, id, north, northScope, owner } from './mirror-data.ts'
import { recordedLog } from './recorded-log.ts'

/* Work for tests of the outbox, by names a reader can follow: work('a') is the same command everywhere. */

export const mutation = (name: string): MutationId => id<MutationId>(`work ${name}`)

/** One piece of something received into A-1. */
export function work(name: string, more: Partial<NewWork> = {}): NewWork {
  const at = { warehouse_id: north, product_id: id<ProductId>('mug'), bin: 'A-1' }
  const command: Command = {
    kind: 'receive',
    mutation_id: mutation(name),
    station_id: null,
    operator_id: null,
    happened_at: EIGHT_O_CLOCK,
    ...at,
    quantity: 1,
    reference: null,
  }
  return {
    command,
    lanes: [binLane(at.warehouse_id, at.product_id, at.bin)],
    effects: [{ on: 'bin', ...at, onHand: 1, allocated: 0 }],
    doubt: null,
    seen: { bins: [{ bin: 'A-1', onHand: 3, allocated: 0 }], order: null },
    ...more,
  }
}

export const applied = (name: string, seq = 1): CommandOutcome => ({
  mutation_id: mutation(name),
  outcome: 'applied',
  scope: northScope,
  seq,
})

export const refused = (name: string): CommandOutcome => ({
  mutation_id: mutation(name),
  outcome: 'refused',
  code: 'insufficient_stock',
  message: 'There is not enough.',
  facts: { on_hand: 2 },
})

export const trouble = (more: Partial<SendTrouble> = {}): SendTrouble => ({
  because: 'no-answer',
  at: 1_000,
  nextAt: 2_000,
  attempts: 1,
  ...more,
})

/** A folder for one test, gone after it, and outboxes in it. */
export function outboxFolder(clock: ManualClock = manualClock()) {
  const directory = mkdtempSync(path.join(tmpdir(), 'outbox-'))
  const log = recordedLog()
  const options: OpenOutboxOptions = {
    directory,
    serverUrl: 'http://localhost:54321',
    owner,
    nativeBinding: null,
    clock,
    log,
  }
  const file = outboxPath(directory, options.serverUrl, owner)
  const opened: Outbox[] = []
  return {
    directory,
    clock,
    log,
    options,
    file,
    journal: journalPath(file),
    journalBytes: () => statSync(journalPath(file)).size,
    readJournal: () => readJournal(realDisk, journalPath(file), owner),
    /** Works on the tables of a closed one. */
    tables<T>(work: (store: EntryStore) => T): T {
      const store = new EntryStore(realDisk.database(file, null))
      try {
        return work(store)
      } finally {
        store.close()
      }
    },
    loseDatabase() {
      for (const companion of companions) rmSync(file + companion, { force: true })
    },
    open(more: Partial<OpenOutboxOptions> = {}) {
      const outbox = openOutbox({ ...options, ...more })
      opened.push(outbox.outbox)
      return outbox
    },
    remove() {
      for (const outbox of opened) outbox.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

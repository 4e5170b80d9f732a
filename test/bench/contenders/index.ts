import { must } from '#shared/lib/must.ts'
import type { Contender } from '../suite/measure.ts'
import { QUIET_AFTER_BATCH_MS, QUIET_MS } from '../suite/pace.ts'
import type { ContenderKind } from './port.ts'
import { PAGE_ROWS } from './stock-rows.ts'

const common = { bears: null, batchOf: () => PAGE_ROWS, restAfterBatchMs: QUIET_MS }

/** In the order in which they have their turn, in every round. */
export const contenders: readonly ContenderKind[] = [
  {
    ...{ ...common, name: 'smart-shelf', keeps: 'on-disk', restAfterBatchMs: QUIET_AFTER_BATCH_MS },
    load: async () => (await import('./smart-shelf.ts')).start,
  },
  {
    ...{ ...common, name: 'straightforward', keeps: 'in-memory' },
    // Each event costs it all rows: what some of them take says what 5,000 would.
    batchOf: (rows) => (rows > 100_000 ? 10 : rows > 10_000 ? 100 : 500),
    load: async () => (await import('./straightforward.ts')).start,
  },
  {
    ...{ ...common, name: 'tanstack-db', keeps: 'in-memory' },
    load: async () => (await import('./tanstack-db.ts')).start,
  },
  {
    ...{ ...common, name: 'rxdb', keeps: 'in-memory' },
    load: async () => (await import('./rxdb.ts')).start,
  },
  {
    ...{ ...common, name: 'powersync', keeps: 'on-disk' },
    load: async () => (await import('./powersync.ts')).start,
  },
  {
    ...{ ...common, name: 'limit', keeps: 'on-disk' },
    load: async () => (await import('./limit.ts')).start,
  },
]

export const contenderNamed = (wanted: Contender): ContenderKind =>
  must(
    contenders.find(({ name }) => name === wanted),
    'a contender',
  )

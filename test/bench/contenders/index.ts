import { limit } from './limit.ts'
import type { ContenderKind } from './port.ts'
import { powersync } from './powersync.ts'
import { rxdb } from './rxdb.ts'
import { smartShelf } from './smart-shelf.ts'
import { straightforward } from './straightforward.ts'
import { tanstackDb } from './tanstack-db.ts'

/** In the order in which they have their turn, in every round. */
export const contenders: readonly ContenderKind[] = [
  smartShelf,
  straightforward,
  tanstackDb,
  rxdb,
  powersync,
  limit,
]

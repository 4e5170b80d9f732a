import type { ServerAddress } from '#engine/ports.ts'
import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type { WorkItem } from '#shared/protocol/work.ts'

/* What passes between the test and the process of the console that it kills. */

/** One life of the console: from its start to its end, or to its death. */
export interface Life {
  no: number
  seed: number
  /** Everything the console keeps, and its own log of receipts: the same in every life. */
  folder: string
  server: ServerAddress
  user: { email: string; password: string }
  warehouse: WarehouseId
  /** False for the last life: it only sends what there is. */
  works: boolean
}

export type ToConsole =
  { kind: 'live'; life: Life } | { kind: 'network-up' } | { kind: 'report' } | { kind: 'stop' }

/** What a console at rest says about itself. */
export interface Report {
  link: string
  items: WorkItem[]
  /** On hand by product, as its window shows it. */
  shown: Record<ProductId, number>
}

export type FromConsole =
  | { kind: 'loaded' }
  /** So many receipts in this life; said at the first and then at every tenth. */
  | { kind: 'receipts'; count: number }
  | { kind: 'link'; at: string }
  | { kind: 'report'; report: Report }
  | { kind: 'stopped' }

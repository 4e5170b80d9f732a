import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ProductId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import { siteScope, userScope, warehouseScope, type Scope } from '#shared/domain/scope.ts'
import type { Change } from '#shared/protocol/server.ts'
import type { BinEffect, Effect } from '#engine/commands/effects.ts'
import type { Batch, DrawnCommand } from '#engine/mirror/mirror.ts'
import { openMirror, type OpenMirrorOptions } from '#engine/mirror/sqlite-mirror.ts'
import { manualClock } from './manual-clock.ts'
import { recordedLog } from './recorded-log.ts'

/* Rows and batches for tests of the mirror, by names a reader can follow: id('mug') is the same id everywhere. */

/** A uuid made from a name, as whatever id is wanted there. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names the brand
export function id<T extends string = string>(name: string): T {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}` as T
}

export const owner = id<UserId>('owner')
export const north = id<WarehouseId>('warehouse north')
export const south = id<WarehouseId>('warehouse south')
export const northScope = warehouseScope(north)
export const southScope = warehouseScope(south)
export const ownerScope = userScope(owner)
export const firstEpoch = id('first epoch')
export const EIGHT_O_CLOCK = '2026-11-22T08:00:00.123456+00:00'

type Row = Record<string, unknown>

export const product = (name: string, more: Row = {}): Row => ({
  id: id<ProductId>(name),
  sku: name.toUpperCase(),
  name,
  category: null,
  unit: 'pcs',
  reorder_point: 5,
  ...more,
})

export const barcode = (code: string, of: string, more: Row = {}): Row => ({
  id: id(`barcode ${code}`),
  product_id: id(of),
  barcode: code,
  pack_quantity: 1,
  ...more,
})

export const stock = (of: string, quantity: number, more: Row = {}): Row => {
  const row = {
    warehouse_id: north,
    product_id: id(of),
    bin: 'A-1',
    quantity_on_hand: quantity,
    quantity_allocated: 0,
    changed_at: EIGHT_O_CLOCK,
    ...more,
  }
  return { id: id(`stock ${of} ${row.bin} ${row.warehouse_id}`), ...row }
}

export const warehouse = (of: WarehouseId, code: string): Row => ({
  id: of,
  code,
  name: `Warehouse ${code}`,
  time_zone: 'Europe/Berlin',
  negative_stock: 'accept_and_flag',
})

/** What a server would send: each scope's changes numbered from where the last batch ended. */
export class Feed {
  private readonly heads = new Map<Scope, number>()

  /** A batch of rows (or of `gone` ids) that follows the last one of this scope. */
  batch(
    scope: Scope,
    changes: readonly ([table: string, row: Row] | [table: string, gone: string])[],
  ): Batch {
    const from = this.heads.get(scope) ?? 0
    const numbered = changes.map(([table, of], i): Change => {
      const seq = from + i + 1
      return typeof of === 'string'
        ? { table, id: of, seq, row: null }
        : { table, id: String(of['id']), seq, row: of }
    })
    this.heads.set(scope, from + changes.length)
    return {
      scope,
      epoch: firstEpoch,
      from,
      to: from + changes.length,
      startOver: false,
      changes: numbered,
      serverTime: Date.parse(EIGHT_O_CLOCK),
    }
  }

  site(...changes: ([table: string, row: Row] | [table: string, gone: string])[]): Batch {
    return this.batch(siteScope, changes)
  }

  north(...changes: ([table: string, row: Row] | [table: string, gone: string])[]): Batch {
    return this.batch(northScope, changes)
  }

  south(...changes: ([table: string, row: Row] | [table: string, gone: string])[]): Batch {
    return this.batch(southScope, changes)
  }
}

/** A folder for one test, gone after it, and mirrors in it. */
export function mirrorFolder() {
  const directory = mkdtempSync(path.join(tmpdir(), 'mirror-'))
  const log = recordedLog()
  const clock = manualClock()
  const options: OpenMirrorOptions = {
    directory,
    serverUrl: 'http://localhost:54321',
    owner,
    nativeBinding: null,
    clock,
    log,
  }
  const opened: ReturnType<typeof openMirror>[] = []
  return {
    directory,
    clock,
    log,
    options,
    open(more: Partial<OpenMirrorOptions> = {}) {
      const mirror = openMirror({ ...options, ...more })
      opened.push(mirror)
      return mirror
    },
    remove() {
      for (const { mirror } of opened) mirror.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** A sales order and one of its lines, as rows. */
export const order = (number: string, more: Row = {}): Row => ({
  id: id(`order ${number}`),
  warehouse_id: north,
  number,
  customer: null,
  status: 'pending',
  priority: 3,
  due_at: null,
  created_at: EIGHT_O_CLOCK,
  changed_at: EIGHT_O_CLOCK,
  ...more,
})

export const orderLine = (number: string, of: string, ordered: number, more: Row = {}): Row => ({
  id: id(`line ${number} ${of}`),
  order_id: id(`order ${number}`),
  warehouse_id: north,
  product_id: id(of),
  line_no: 1,
  quantity_ordered: ordered,
  quantity_picked: 0,
  ...more,
})

/** A command of this station, drawn as not sent unless `settles` says that the server has it. */
export const drawn = (
  name: string,
  effects: readonly Effect[],
  settles: DrawnCommand['settles'] = [],
): DrawnCommand => ({
  id: id(`command ${name}`),
  effects,
  at: settles.length > 0 ? 'server' : 'station',
  settles,
})

/** So many pieces more (or fewer) in a bin. */
export const inBin = (of: string, bin: string, onHand: number, more: Partial<BinEffect> = {}): BinEffect => ({
  ...{ on: 'bin', warehouse_id: north, product_id: id(of), bin, onHand, allocated: 0 },
  ...more,
})

/** What stands at the supervisor's desk, as rows. */
export const alert = (name: string, more: Row = {}): Row => ({
  id: id(`alert ${name}`),
  warehouse_id: north,
  kind: 'negative_stock',
  severity: 'warning',
  product_id: null,
  message: name,
  facts: {},
  created_at: EIGHT_O_CLOCK,
  acknowledged_at: null,
  acknowledged_by: null,
  key: null,
  raised_by: null,
  raised_at_station: null,
  ...more,
})

export const receipt = (of: string, more: Row = {}): Row => ({
  id: id(`receipt ${of} ${String(more['station_id'])} ${String(more['user_id'])}`),
  alert_id: id(`alert ${of}`),
  warehouse_id: north,
  station_id: null,
  user_id: owner,
  answer: 'seen',
  facts: {},
  answered_at: EIGHT_O_CLOCK,
  ...more,
})

/** A station that has never said anything of itself. */
export const station = (name: string, more: Row = {}): Row => ({
  id: id(`station ${name}`),
  warehouse_id: north,
  name,
  kind: 'desk',
  user_id: null,
  app_version: null,
  link: null,
  behind: null,
  complete_as_of: null,
  unsent: null,
  oldest_unsent_at: null,
  refused: null,
  last_scan_at: null,
  clock_offset_ms: null,
  seen_at: null,
  expected_by: null,
  ...more,
})

export const person = (name: string, more: Row = {}, at: WarehouseId = north): Row => ({
  id: id(`person ${name} ${at}`),
  warehouse_id: at,
  user_id: id(`user ${name}`),
  display_name: name,
  role: 'picker',
  ...more,
})

export const note = (title: string, more: Row = {}): Row => ({
  id: id(`note ${title}`),
  user_id: owner,
  kind: 'hint',
  title,
  body: '',
  link: null,
  created_at: EIGHT_O_CLOCK,
  read_at: null,
  severity: 'info',
  from_user: null,
  warehouse_id: null,
  escalated_at: null,
  ...more,
})

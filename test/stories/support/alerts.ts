import { randomUUID } from 'node:crypto'
import type { WarehouseId } from '#shared/domain/ids.ts'
import type { AlertFilter } from '#shared/protocol/alerts.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import type { ListRow, ViewSpec } from '#shared/protocol/views.ts'
import type { Terminal } from './terminal.ts'

type Listed = 'alerts.list' | 'exceptions.list' | 'notifications.list'

/** A window that keeps a list open: what it was told, delta by delta. */
async function watchList<N extends Listed>(
  { engine, window, deltas }: Terminal,
  view: ViewSpec & { name: N },
): Promise<() => ListRow<N>[]> {
  const viewId = `list-${randomUUID()}` as ViewId
  const reply = await engine.ask(window, 'view.open', { viewId, view })
  if (!reply.ok || reply.value.result.kind !== 'list') throw new Error(`${view.name} did not open.`)
  const opened = reply.value.result.rows
  return () => {
    let rows = [...opened]
    for (const { viewId: of, change } of deltas) {
      if (of !== viewId || change.kind !== 'list') continue
      const known = new Map([...rows, ...change.upserts].map((row) => [row.id, row]))
      const order = change.order ?? rows.map(({ id }) => id)
      rows = order.flatMap((id) => known.get(id) ?? [])
    }
    return rows as unknown as ListRow<N>[]
  }
}

const window = { offset: 0, limit: 100 }

export const watchAlerts = (terminal: Terminal, warehouseId: WarehouseId, filter: AlertFilter = 'open') =>
  watchList(terminal, { name: 'alerts.list', params: { warehouseId, filter, ...window } })

export const watchExceptions = (terminal: Terminal, warehouseId: WarehouseId) =>
  watchList(terminal, { name: 'exceptions.list', params: { warehouseId, kind: null, ...window } })

export const watchNotifications = (terminal: Terminal) => {
  const userId = terminal.status().user?.id
  if (!userId) throw new Error('Nobody is signed in.')
  return watchList(terminal, { name: 'notifications.list', params: { userId, ...window } })
}

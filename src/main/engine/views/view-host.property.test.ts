import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Delta, ViewId, ViewResult } from '#shared/protocol/delta.ts'
import { mirrorFolder, north } from '#test/harness/mirror-data.ts'
import { filled, listParams, ModelSite, steps } from '#test/harness/random-site.ts'
import type { ViewSpec } from '#shared/protocol/views.ts'
import type { WindowId } from '../ports.ts'
import { STREAM_MS } from './frames.ts'
import { createViewHost } from './sql-view-host.ts'

/** What a window holds of a view, kept by deltas alone. */
class Replica {
  result: ViewResult
  private seq = 0
  private readonly epoch: number

  constructor(result: ViewResult, epoch: number) {
    this.result = result
    this.epoch = epoch
  }

  apply({ epoch, seq, change }: Delta): void {
    expect({ epoch, seq }).toEqual({ epoch: this.epoch, seq: this.seq + 1 })
    this.seq = seq
    if (change.kind === 'value' || this.result.kind === 'value') {
      this.result = change as ViewResult
      return
    }
    const rows = new Map([...this.result.rows, ...change.upserts].map((row) => [row.id, row]))
    const order = change.order ?? this.result.rows.map(({ id }) => id)
    this.result = {
      ...this.result,
      total: change.total,
      rows: order.map((id) => {
        const row = rows.get(id)
        if (!row) throw new Error('The order names a row the window was not given.')
        return row
      }),
    }
  }
}

test('[D1] a window that follows the deltas shows what a fresh question would answer', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.array(listParams, { minLength: 5, maxLength: 8 }), async (life, windows) => {
      const folder = mirrorFolder()
      try {
        const { mirror } = folder.open()
        const replicas = new Map<ViewId, Replica>()
        const host = createViewHost({
          clock: folder.clock,
          log: folder.log,
          post: (_window, _channel, message) => {
            const delta = message as Delta
            replicas.get(delta.viewId)?.apply(delta)
          },
        })
        host.attach(mirror)
        const specs: ViewSpec[] = [
          ...windows.map((params): ViewSpec => ({ name: 'stock.list', params })),
          { name: 'summary', params: { warehouseId: north } },
        ]
        for (const [i, view] of specs.entries()) {
          const viewId = `view ${i}` as ViewId
          const opened = host.open((i % 2) as WindowId, viewId, view)
          if (!opened.ok) throw new Error(opened.error.message)
          replicas.set(viewId, new Replica(opened.value.result, opened.value.epoch))
        }
        const site = new ModelSite()
        for (const [i, step] of [filled, ...life].entries()) {
          site.take(step, mirror, (changeset) => {
            host.noted(changeset)
            host.show()
          })
          // Some steps fall into one frame, however long the stream has made it.
          if (i % 3 === 1 && i < life.length) continue
          await folder.clock.advance(STREAM_MS)
          for (const [n, view] of specs.entries()) {
            const fresh = host.open(9 as WindowId, 'fresh' as ViewId, view)
            expect(fresh.ok && fresh.value.result).toEqual(replicas.get(`view ${n}` as ViewId)?.result)
          }
          host.forget(9 as WindowId)
        }
        expect(folder.log.lines.filter(({ level }) => level === 'error')).toEqual([])
        host.stop()
        expect(folder.clock.pending()).toBe(0)
      } finally {
        folder.remove()
      }
    }),
    { numRuns: 50 },
  )
}, 60_000)

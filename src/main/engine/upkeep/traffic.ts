import type { Scope } from '#shared/domain/scope.ts'
import type { Change } from '#shared/protocol/server.ts'
import type { Batch } from '../mirror/mirror.ts'

/** A bucket's name, e.g. `inventory/3f`. */
export const bucketName = ({ table, bucket }: { table: string; bucket: string }): string =>
  `${table}/${bucket}`

const bucketOf = ({ table, id }: Change): string => bucketName({ table, bucket: id.slice(0, 2) })

/** What was applied to one scope since somebody began to watch it. */
export interface TrafficWatch {
  /** Buckets with a change beyond this number. */
  touchedBeyond(seq: number): Set<string>
  /** The scope was begun anew: nothing known of it before is true any more. */
  startedOver(): boolean
  /** Called after each batch of the scope. */
  onBatch: (() => void) | null
  end(): void
}

/** Tells, to whoever watches, which buckets the applied batches touch. */
export interface Traffic {
  applied(batch: Batch): void
  watch(scope: Scope): TrafficWatch
}

export function createTraffic(): Traffic {
  const watches = new Set<{ scope: Scope; take(batch: Batch): void }>()

  return {
    applied(batch) {
      for (const watch of watches) if (watch.scope === batch.scope) watch.take(batch)
    },
    watch(scope) {
      const newest = new Map<string, number>()
      let startedOver = false
      const entry = {
        scope,
        take({ changes, startOver }: Batch) {
          startedOver ||= startOver
          for (const change of changes) {
            const name = bucketOf(change)
            newest.set(name, Math.max(newest.get(name) ?? 0, change.seq))
          }
          watch.onBatch?.()
        },
      }
      const watch: TrafficWatch = {
        touchedBeyond: (seq) => new Set([...newest].flatMap(([name, at]) => (at > seq ? [name] : []))),
        startedOver: () => startedOver,
        onBatch: null,
        end: () => void watches.delete(entry),
      }
      watches.add(entry)
      return watch
    },
  }
}

import type { Scope } from '#shared/domain/scope.ts'
import { must } from '#shared/lib/must.ts'
import type { Bucket, Change, Digest } from '#shared/protocol/server.ts'
import type { Batch, LocalMirror, Repair } from '#engine/mirror/mirror.ts'

interface ScopeRows {
  epoch: string
  head: number
  rows: Map<string, Change>
}

/** The server as its batches tell it: the newest state of every row sent, answered by digest and by bucket. */
export class ServerRows {
  private readonly scopes = new Map<Scope, ScopeRows>()

  take({ scope, epoch, to, startOver, changes }: Batch): void {
    const rows = startOver
      ? new Map<string, Change>()
      : (this.scopes.get(scope)?.rows ?? new Map<string, Change>())
    for (const change of [...changes].sort((a, b) => a.seq - b.seq)) {
      const key = `${change.table}/${change.id}`
      if (change.row === null) rows.delete(key)
      else rows.set(key, change)
    }
    this.scopes.set(scope, { epoch, head: to, rows })
  }

  /** The same mirror, with everything it accepts remembered here. */
  listeningTo(mirror: LocalMirror): LocalMirror {
    return new Proxy(mirror, {
      get: (target, name) => {
        if (name === 'apply') {
          return (batch: Batch) => {
            const result = target.apply(batch)
            if (result.kind === 'applied') this.take(batch)
            return result
          }
        }
        if (name === 'drop') {
          return (scopes: readonly Scope[]) => {
            for (const scope of scopes) this.scopes.delete(scope)
            return target.drop(scopes)
          }
        }
        const member: unknown = Reflect.get(target, name, target)
        return typeof member === 'function' ? (member.bind(target) as unknown) : member
      },
    })
  }

  held(): Scope[] {
    return [...this.scopes.keys()]
  }

  digest(scope: Scope): Digest {
    const { epoch, head, rows } = this.of(scope)
    const buckets = new Map<string, Digest['buckets'][number]>()
    for (const { table, id, seq } of rows.values()) {
      const bucket = id.slice(0, 2)
      const sum = buckets.get(`${table}/${bucket}`) ?? { table, bucket, count: 0, seq_sum: 0 }
      buckets.set(`${table}/${bucket}`, { ...sum, count: sum.count + 1, seq_sum: sum.seq_sum + seq })
    }
    return { scope, epoch, head, buckets: [...buckets.values()] }
  }

  /** The answer of `sync_buckets`, as the mirror takes it. */
  repair(scope: Scope, buckets: readonly Bucket[]): Repair {
    const { epoch, head, rows } = this.of(scope)
    const asked = new Set(buckets.map(({ table, bucket }) => `${table}/${bucket}`))
    const changes = [...rows.values()].filter(({ table, id }) => asked.has(`${table}/${id.slice(0, 2)}`))
    return { scope, epoch, head, buckets, changes }
  }

  private of(scope: Scope): ScopeRows {
    return must(this.scopes.get(scope), `rows of ${scope}`)
  }
}

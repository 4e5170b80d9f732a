import type { Digest, ScopePage } from '#shared/protocol/server.ts'
import { must } from '#shared/lib/must.ts'
import type { Sql } from './sql.ts'
import { pull } from './site.ts'

/** The simplest mirror of one scope that keeps the protocol's rules: what a station's SQLite file must come to as well. */
export class ModelMirror {
  readonly rows = new Map<string, { table: string; id: string; seq: number; row: Record<string, unknown> }>()
  epoch: string | null = null
  seq = 0
  asOf: string | undefined
  readonly scope: string

  constructor(scope: string) {
    this.scope = scope
  }

  apply(page: ScopePage, serverTime: string): void {
    if (page.must_refetch) this.rows.clear()
    else if (page.from !== this.seq) throw new Error(`A page from ${page.from} for a mirror at ${this.seq}.`)
    let last = page.from
    for (const change of page.changes) {
      if (change.seq <= last || change.seq > page.to) throw new Error('Changes are not in ascending seq.')
      last = change.seq
      const key = `${change.table}/${change.id}`
      if (change.row === null) this.rows.delete(key)
      else this.rows.set(key, { ...change, row: change.row })
    }
    this.epoch = page.epoch
    this.seq = page.to
    this.asOf = serverTime
  }

  /** One pull; false when nothing more waits. */
  async step(sql: Sql, userId: string, limit: number): Promise<boolean> {
    const answer = await pull(
      sql,
      userId,
      [
        {
          scope: this.scope,
          epoch: this.epoch,
          seq: this.seq,
          ...(this.asOf === undefined ? {} : { as_of: this.asOf }),
        },
      ],
      limit,
    )
    const page = must(answer.pages[0], 'a page')
    this.apply(page, answer.server_time)
    return page.has_more
  }

  async catchUp(sql: Sql, userId: string, limit: number): Promise<void> {
    for (let pulls = 0; await this.step(sql, userId, limit); pulls += 1) {
      if (pulls > 1000) throw new Error('A mirror that never catches up.')
    }
  }

  table(name: string): Record<string, unknown>[] {
    return [...this.rows.values()].filter(({ table }) => table === name).map(({ row }) => row)
  }

  digest(): Digest['buckets'] {
    const buckets = new Map<string, Digest['buckets'][number]>()
    for (const { table, id, seq } of this.rows.values()) {
      const key = `${table} ${id.slice(0, 2)}`
      const bucket = buckets.get(key) ?? { table, bucket: id.slice(0, 2), count: 0, seq_sum: 0 }
      buckets.set(key, { ...bucket, count: bucket.count + 1, seq_sum: bucket.seq_sum + seq })
    }
    return [...buckets.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bucket]) => bucket)
  }
}

import { IntegrityCheck, LinkMove, Proof } from '#shared/protocol/diagnostics.ts'
import { Scope } from '#shared/domain/scope.ts'
import { z } from 'zod'
import type { Db, SqlValue, Statement } from './database.ts'
import { MOST, type DiagnosticRecord } from './diagnostic-record.ts'

type Tuple = SqlValue[]

/** A table of the newest of something: how it is written, read back, and kept from growing. */
class NewestRows<T> {
  private readonly insert: Statement<Tuple>
  private readonly prune: Statement<[most: number]>
  private readonly newest: Statement<[most: number], Tuple>
  private readonly most: number
  private readonly shape: z.ZodType<T>
  private readonly toTuple: (item: T) => Tuple
  private readonly toItem: (tuple: Tuple) => unknown

  constructor(
    db: Db,
    table: string,
    columns: string,
    most: number,
    codec: { shape: z.ZodType<T>; toTuple: (item: T) => Tuple; toItem: (tuple: Tuple) => unknown },
  ) {
    const values = columns.replace(/\w+/g, '?')
    this.insert = db.prepare(`insert or replace into ${table} (${columns}) values (${values})`)
    this.prune = db.prepare(`delete from ${table} where no <= (select max(no) from ${table}) - ?`)
    this.newest = db
      .prepare<[number], Tuple>(`select ${columns} from ${table} order by no desc limit ?`)
      .raw()
    this.most = most
    this.shape = codec.shape
    this.toTuple = codec.toTuple
    this.toItem = codec.toItem
  }

  /** @param items the oldest first */
  add(items: Iterable<T>): void {
    let added = false
    for (const item of items) {
      this.insert.run(...this.toTuple(item))
      added = true
    }
    if (added) this.prune.run(this.most)
  }

  /** The oldest first; what is not what it should be (salvaged from a damaged file) is left out. */
  read(): T[] {
    return this.newest
      .all(this.most)
      .reverse()
      .flatMap((tuple) => {
        const read = this.shape.safeParse(this.toItem(tuple))
        return read.success ? [read.data] : []
      })
  }
}

const SeenHead = z.object({ scope: Scope, head: z.int(), at: z.number() })

/** Where the record rests between one start and the next. */
export class DiagnosticTables {
  private readonly moves: NewestRows<LinkMove>
  private readonly proofs: NewestRows<Proof>
  private readonly checks: NewestRows<IntegrityCheck>
  private readonly heads: NewestRows<z.infer<typeof SeenHead>>

  constructor(db: Db) {
    this.moves = new NewestRows(db, 'link_moves', 'at, from_state, to_state, event, because', MOST.moves, {
      shape: LinkMove,
      toTuple: ({ at, from, to, by, because }) => [at, from, to, by, because],
      toItem: ([at, from, to, by, because]) => ({ at, from, to, by, because }),
    })
    const proofColumns = 'at, scope, outcome, head, compared, changing, differing, rows_repaired'
    this.proofs = new NewestRows(db, 'proofs', proofColumns, MOST.proofs, {
      shape: Proof,
      toTuple: ({ at, scope, outcome, head, compared, changing, differing, rowsRepaired }) => [
        at,
        scope,
        outcome,
        head,
        compared,
        changing,
        differing,
        rowsRepaired,
      ],
      toItem: ([at, scope, outcome, head, compared, changing, differing, rowsRepaired]) => ({
        at,
        scope,
        outcome,
        head,
        compared,
        changing,
        differing,
        rowsRepaired,
      }),
    })
    this.checks = new NewestRows(db, 'integrity_checks', 'at, sound, problems', MOST.checks, {
      shape: IntegrityCheck,
      toTuple: ({ at, sound, problems }) => [at, sound ? 1 : 0, problems.join('\n')],
      toItem: ([at, sound, problems]) => ({
        at,
        sound: sound === 1,
        problems: String(problems).split('\n').filter(Boolean),
      }),
    })
    this.heads = new NewestRows(db, 'heads_seen', 'scope, head, at', MOST.heads, {
      shape: SeenHead,
      toTuple: ({ scope, head, at }) => [scope, head, at],
      toItem: ([scope, head, at]) => ({ scope, head, at }),
    })
  }

  /** Within the caller's transaction. */
  add(record: DiagnosticRecord): void {
    this.moves.add([...record.moves].reverse())
    this.proofs.add([...record.proofs].reverse())
    this.checks.add([...record.checks].reverse())
    this.heads.add(record.heads.values())
  }

  readInto(record: DiagnosticRecord): void {
    for (const move of this.moves.read()) record.linkMoved(move)
    for (const proof of this.proofs.read()) record.proved(proof)
    for (const check of this.checks.read()) record.checked(check)
    for (const seen of this.heads.read()) record.headSeen(seen)
  }
}

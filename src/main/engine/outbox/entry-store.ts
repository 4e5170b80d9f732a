import type { MutationId, UserId } from '#shared/domain/ids.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Db, Statement } from '../mirror/database.ts'
import { mirrorError } from '../mirror/disk-trouble.ts'
import { entryOf, rowOf, type EntryRow, type EntryValues } from './entry-row.ts'
import { unsettledStates } from './entry-events.ts'
import type { Entry } from './outbox.ts'

/** How much of what is over is taken out at one opening: the rest is for the next. */
const MOST_PRUNED = 5_000

const inSql = (states: readonly string[]): string => states.map((state) => `'${state}'`).join(', ')
const COLUMNS = 'no, id, state, work, fate'

/** The entries of one file, in and out. Every statement is prepared once; what was changed on disk is `damaged`. */
export class EntryStore {
  readonly db: Db
  private readonly byId: Statement<[id: MutationId], EntryRow>
  private readonly byNo: Statement<[no: number], EntryRow>
  private readonly isThere: Statement<[id: MutationId], number>
  private readonly put: Statement<EntryValues>
  private readonly forget: Statement<[id: MutationId]>
  private readonly goOn: Statement<[line: number, lastNo: number]>
  private readonly progress: Statement<[], { line: number; last_no: number }>

  constructor(db: Db) {
    this.db = db
    this.byId = db.prepare(`select ${COLUMNS} from entries where id = ?`)
    this.byNo = db.prepare(`select ${COLUMNS} from entries where no = ?`)
    this.isThere = db.prepare<[MutationId], number>('select 1 from entries where id = ?').pluck()
    this.put = db.prepare(`
      insert into entries (no, id, state, changed_at, work, fate) values (?, ?, ?, ?, ?, ?)
      on conflict (no) do update set state = excluded.state, changed_at = excluded.changed_at, fate = excluded.fate`)
    this.forget = db.prepare('delete from entries where id = ?')
    this.goOn = db.prepare('update progress set line = ?, last_no = max(last_no, ?)')
    this.progress = db.prepare('select line, last_no from progress')
  }

  get(id: MutationId): Entry | null {
    const row = this.byId.get(id)
    return row ? entryOf(row) : null
  }

  /** @throws MirrorError `damaged` when there is none of this number: an index said there was */
  numbered(no: number): Entry {
    const row = this.byNo.get(no)
    if (!row) throw mirrorError('damaged')
    return entryOf(row)
  }

  has(id: MutationId): boolean {
    return this.isThere.get(id) !== undefined
  }

  /** How far the journal is in the tables, and the highest number ever given to an entry. */
  reached(): { line: number; lastNo: number } {
    const row = this.progress.get()
    if (!row) throw mirrorError('damaged')
    return { line: row.line, lastNo: row.last_no }
  }

  /** One transaction, on disk when this returns: the entries as they are now, and the journal's line that says so. */
  write(entries: readonly Entry[], line: number, lastNo: number, erased: readonly MutationId[] = []): void {
    this.transaction(() => {
      for (const id of erased) this.forget.run(id)
      for (const entry of entries) this.put.run(...rowOf(entry))
      this.goOn.run(line, lastNo)
    })
  }

  /** What waits for the server, for the rows or for a person, and what a person discarded, in the order it was kept. */
  *live(): Generator<Entry> {
    for (const { no } of this.liveKeys()) yield this.numbered(no)
  }

  liveKeys(): { no: number; id: MutationId }[] {
    return this.db
      .prepare<[], { no: number; id: MutationId }>(
        `select no, id from entries where state in ('queued', 'sending', 'applied', 'refused', 'discarded') order by no`,
      )
      .all()
  }

  unsettled(): Entry[] {
    const states = inSql(unsettledStates)
    return this.db
      .prepare<[], EntryRow>(`select ${COLUMNS} from entries where state in (${states}) order by no`)
      .all()
      .map(entryOf)
  }

  /** Numbers of the entries, all or those in one state, rising. */
  numbers(state?: Entry['state']): number[] {
    const where = state === undefined ? '' : `where state = '${state}'`
    const sql = `select no from entries indexed by entries_by_state ${where}`
    return this.db
      .prepare<[], number>(sql)
      .pluck()
      .all()
      .sort((a, b) => a - b)
  }

  /** Writes whose file this is. @throws MirrorError `damaged` when it is somebody else's */
  claim(owner: UserId, server: string): void {
    const held = this.db.prepare<[string], string>('select value from meta where key = ?').pluck()
    const holder = held.get('owner')
    if (holder !== undefined && holder !== owner) throw mirrorError('damaged')
    if (holder !== undefined && held.get('server') === server) return
    const store = this.db.prepare('insert or replace into meta (key, value) values (?, ?)')
    this.transaction(() => {
      store.run('owner', owner)
      store.run('server', server)
    })
  }

  /** Takes out what came to its end before this moment. @returns how many */
  prune(before: Millis): number {
    return this.db
      .prepare(
        `delete from entries where no in (select no from entries
           where state in ('settled', 'taken-back') and changed_at < ? order by changed_at limit ${MOST_PRUNED})`,
      )
      .run(before).changes
  }

  close(): void {
    this.db.close()
  }

  /** Taken for writing at once, so that it never fails half-way for a lock. */
  private transaction(work: () => void): void {
    this.db.transaction(work).immediate()
  }
}

import type { UserId } from '#shared/domain/ids.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Clock } from '../ports.ts'
import type { Db, Statement } from './database.ts'
import { mirrorError } from './disk-trouble.ts'

/** How old the written "as of" may be: after a crash the mirror says at worst that it is this much older than it is. */
const WRITE_EVERY_MS = 1_000

interface MetaState {
  complete: Millis | null
  written: Millis | null
}

/** What the file says about itself: whose it is, and as of when it was complete. */
export class Meta {
  private readonly clock: Clock
  private readonly read: Statement<[key: string], string>
  private readonly store: Statement<[key: string, value: string]>
  private readonly erase: Statement<[key: string]>
  private complete: Millis | null
  private written: Millis | null
  private writtenAtMs = -Infinity

  constructor(db: Db, clock: Clock) {
    this.clock = clock
    this.read = db.prepare<[string], string>('select value from meta where key = ?').pluck()
    this.store = db.prepare('insert or replace into meta (key, value) values (?, ?)')
    this.erase = db.prepare('delete from meta where key = ?')
    const held = this.read.get('as_of')
    this.complete = this.written = held === undefined ? null : Number(held)
  }

  /** Writes whose file this is. @throws MirrorError `damaged` when it is somebody else's. */
  claim(owner: UserId, serverUrl: string): void {
    const held = this.read.get('owner')
    if (held !== undefined && held !== owner) throw mirrorError('damaged')
    if (held === undefined) this.store.run('owner', owner)
    if (this.read.get('server') !== serverUrl) this.store.run('server', serverUrl)
  }

  /** What a rolled back transaction must be able to go back to. */
  state(): MetaState {
    return { complete: this.complete, written: this.written }
  }

  restore({ complete, written }: MetaState): void {
    this.complete = complete
    this.written = written
  }

  asOf(): Millis | null {
    return this.complete
  }

  markComplete(serverTime: Millis): void {
    this.complete = serverTime
  }

  forgetComplete(): void {
    this.complete = null
  }

  /** Whether there is anything that `settle` would write. */
  isChanged(): boolean {
    return this.complete !== this.written
  }

  /** Whether it is time to write what `settle` would. */
  isDue(): boolean {
    return this.isChanged() && this.clock.monotonicMs() - this.writtenAtMs >= WRITE_EVERY_MS
  }

  /** Writes the newest "as of" within the caller's transaction. */
  settle(): void {
    if (!this.isChanged()) return
    if (this.complete === null) this.erase.run('as_of')
    else this.store.run('as_of', String(this.complete))
    this.written = this.complete
    this.writtenAtMs = this.clock.monotonicMs()
  }
}

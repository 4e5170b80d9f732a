import type { Cursor } from '#shared/protocol/server.ts'
import type { Clock } from '../ports.ts'
import type { Access } from './access.ts'
import type { ApplyResult, Batch, BulkWrite, Changeset, Fates } from './mirror.ts'
import type { Steps } from './steps.ts'

/** No longer does anything else on this thread wait for rows being written. */
const TURN_MS = 4

interface Ports {
  access: Access
  clock: Clock
  cursorFor: (batch: Batch) => Cursor
  follows: (batch: Batch, cursor: Cursor) => boolean
  write: (batch: Batch) => Steps<Extract<ApplyResult, { kind: 'applied' }>>
  /** Within the transaction, before its end. */
  settle: () => void
  /** It is over: on disk with these changes, or undone. */
  ended: (
    end:
      | { kind: 'committed'; changesets: readonly Changeset[] }
      /** `fates`: what was drawn with it, and is not drawn now. */
      | { kind: 'undone'; fates: readonly Fates[] },
  ) => void
}

const nothingYet: Changeset = {
  tables: {},
  stock: new Map(),
  lines: [],
  orders: [],
  settled: [],
  everything: false,
}

/** One long transaction: see BulkWrite in mirror.ts. */
export class SqliteBulkWrite implements BulkWrite {
  private readonly ports: Ports
  private readonly changesets: Changeset[] = []
  private batch: { steps: ReturnType<Ports['write']>; result: ApplyResult | null } | null = null
  private state: 'open' | 'ended' = 'open'
  private readonly fates: Fates[] = []
  private changes = 0

  /** @throws MirrorError when the disk refuses */
  constructor(ports: Ports) {
    this.ports = ports
    ports.access.begin()
  }

  get size(): number {
    return this.changes
  }

  async apply(batch: Batch, breathe: () => Promise<void>): Promise<ApplyResult> {
    const { access, clock, cursorFor, follows } = this.ports
    const cursor = cursorFor(batch)
    if (this.state === 'ended' || !follows(batch, cursor)) return { kind: 'gap', cursor }
    const writing = { steps: this.ports.write(batch), result: null as ApplyResult | null }
    this.batch = writing
    this.changes += batch.changes.length
    while (writing.result === null) {
      const until = clock.monotonicMs() + TURN_MS
      this.guarded(() => access.ask('apply', () => this.step(until)))
      // Whoever had to end the transaction meanwhile has finished this batch first.
      if (writing.result === null) await breathe()
    }
    return writing.result
  }

  /** Work was drawn in the middle of it. @returns what views may be told already: nothing, before the end */
  join(fates: Fates, changeset: Changeset): Changeset {
    this.fates.push(fates)
    this.changesets.push(changeset)
    return nothingYet
  }

  end(): readonly Changeset[] {
    this.finish()
    return this.changesets.splice(0)
  }

  /** The end when somebody else needs it; whoever opened it still has the changesets to come for. */
  finish(): void {
    if (this.state === 'ended') return
    this.guarded(() => {
      this.step(Infinity)
      this.ports.settle()
      this.ports.access.commit()
    })
    this.state = 'ended'
    this.ports.ended({ kind: 'committed', changesets: this.changesets })
  }

  /** Goes on with the batch under way, if there is one, until it is written or the time has come. */
  private step(until: number): void {
    const { batch } = this
    if (batch === null) return
    do {
      const { done, value } = batch.steps.next()
      if (done) {
        batch.result = value
        this.changesets.push(value.changeset)
        this.batch = null
        return
      }
    } while (this.ports.clock.monotonicMs() < until)
  }

  /** A disk that refuses undoes all of it: the rows and cursors of the last commit stand [M1]. */
  private guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.state = 'ended'
      this.batch = null
      this.changesets.length = 0
      try {
        this.ports.access.rollback()
      } finally {
        this.ports.ended({ kind: 'undone', fates: this.fates })
      }
      throw error
    }
  }
}

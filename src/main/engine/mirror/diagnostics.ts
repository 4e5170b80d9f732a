import type {
  Diagnostics,
  IntegrityCheck,
  LinkMove,
  MirrorHealth,
  Proof,
} from '#shared/protocol/diagnostics.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Cursor } from '#shared/protocol/server.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Clock, Log } from '../ports.ts'
import { diskTrouble } from './disk-trouble.ts'
import { DiagnosticRecord } from './diagnostic-record.ts'
import type { DiagnosticStore } from './mirror.ts'

/** How old the written record may be: after a crash it lacks at worst what happened since. */
const WRITE_EVERY_MS = 1_000

interface Ports {
  clock: Clock
  log: Log
  cursors: () => Cursor[]
  health: () => Omit<MirrorHealth, 'integrity'>
  /** An integrity check found the file unsound. */
  unsound: () => void
  /** Reads what an earlier start wrote. */
  readInto: (record: DiagnosticRecord) => void
  /** Writes what came since; null where nothing can be written. */
  write: ((news: DiagnosticRecord) => void) | null
}

/**
 * The record in memory, and on disk where there is one: written at once when something happens after a quiet second, else
 * with the next thing that happens or is written. It needs no timer, and a pull each moment costs one small commit a second.
 */
export class MirrorDiagnostics implements DiagnosticStore {
  private readonly ports: Ports
  private readonly record = new DiagnosticRecord()
  private readonly news = new DiagnosticRecord()
  private writtenAtMs = -Infinity
  private toldProblem: string | null = null

  constructor(ports: Ports) {
    this.ports = ports
    this.attempt(() => ports.readInto(this.record))
  }

  linkMoved(move: LinkMove): void {
    this.keep((record) => record.linkMoved(move))
  }

  proved(proof: Proof): void {
    this.keep((record) => record.proved(proof))
  }

  checked(check: IntegrityCheck): void {
    this.keep((record) => record.checked(check))
    if (!check.sound) this.ports.unsound()
  }

  headsSeen(heads: ReadonlyMap<Scope, number>, serverTime: Millis): void {
    this.keep((record) => {
      for (const [scope, head] of heads) record.headSeen({ scope, head, at: serverTime })
    })
  }

  read(): Pick<Diagnostics, 'history' | 'scopes' | 'proofs' | 'mirror'> {
    const { cursors, health } = this.ports
    const integrity = this.record.checks[0] ?? null
    return {
      history: [...this.record.moves],
      proofs: [...this.record.proofs],
      scopes: this.attempt(() => this.record.progress(cursors())) ?? [],
      mirror: this.attempt(() => ({ ...health(), integrity })),
    }
  }

  /** Writes what is new, unless that was done within the last second. */
  settle(): void {
    if (this.ports.clock.monotonicMs() - this.writtenAtMs >= WRITE_EVERY_MS) this.flush()
  }

  /** Writes what is new. */
  flush(): void {
    const { write, clock } = this.ports
    if (write === null || this.news.size === 0) return
    this.writtenAtMs = clock.monotonicMs()
    const written = this.attempt(() => {
      write(this.news)
      return true
    })
    // What the disk does not take now is offered again with what comes next.
    if (written === null) return
    this.news.clear()
    this.toldProblem = null
  }

  private keep(add: (record: DiagnosticRecord) => void): void {
    add(this.record)
    if (this.ports.write === null) return
    add(this.news)
    this.settle()
  }

  /** Diagnosis must not add to the trouble it describes: what fails is logged once and gone without. */
  private attempt<T>(work: () => T): T | null {
    try {
      return work()
    } catch (error) {
      const problem = diskTrouble(error)?.problem ?? String(error)
      if (problem !== this.toldProblem) this.ports.log.warn('mirror.diagnostics-failed', { problem })
      this.toldProblem = problem
      return null
    }
  }
}

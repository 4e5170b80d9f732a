import type { Command, CommandOutcome } from '#shared/domain/commands.ts'
import type { MutationId, UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { ScopeHead } from './site-server.ts'

interface HeadAt {
  at: Millis
  epoch: string
  head: number
}

interface GrantsAt {
  at: Millis
  scopes: ReadonlySet<Scope>
}

/** A command that the server has decided. */
export interface Decided {
  user: UserId
  command: Command
  outcome: CommandOutcome
  /** It hung on the way: its console may have given it up before it was done. */
  wasLate: boolean
}

/** What was true on the server when: for holding a console's words against it. */
export class Facts {
  private readonly heads = new Map<Scope, HeadAt[]>()
  private readonly grants = new Map<UserId, GrantsAt[]>()

  private decided = new Map<string, Decided>()
  private kept = new Map<string, Decided>()
  /** Commands that were done, and are not any more since the server was restored. */
  readonly unmade = new Set<string>()
  /** Repeats that were answered in another way than the first time, in words [O2]. */
  readonly contradictions: string[] = []

  noteDone(
    user: UserId,
    commands: readonly Command[],
    outcomes: readonly CommandOutcome[],
    wasLate: boolean,
  ): void {
    commands.forEach((command, i) => {
      const outcome = outcomes[i]
      if (!outcome) return
      const before = this.decided.get(command.mutation_id)
      if (!before) this.decided.set(command.mutation_id, { user, command, outcome, wasLate })
      else if (JSON.stringify(before.outcome) !== JSON.stringify(outcome)) {
        this.contradictions.push(
          `${command.mutation_id} was ${JSON.stringify(before.outcome)}, then ${JSON.stringify(outcome)}`,
        )
      }
    })
  }

  /** What the server has made of a command; null as long as it has not decided. */
  decision(id: MutationId): Decided | null {
    return this.decided.get(id) ?? null
  }

  noteBackup(): void {
    this.kept = new Map(this.decided)
  }

  noteRestore(): void {
    for (const id of this.decided.keys()) if (!this.kept.has(id)) this.unmade.add(id)
    this.decided = new Map(this.kept)
  }

  noteHeads(at: Millis, heads: readonly ScopeHead[]): void {
    for (const { scope, epoch, head } of heads) {
      const known = this.heads.get(scope) ?? []
      const last = known.at(-1)
      if (last?.epoch === epoch && last.head === head) continue
      this.heads.set(scope, [...known, { at, epoch, head }])
    }
  }

  noteGrants(at: Millis, user: UserId, scopes: readonly Scope[]): void {
    const known = this.grants.get(user) ?? []
    const last = known.at(-1)
    if (last && last.scopes.size === scopes.length && scopes.every((scope) => last.scopes.has(scope))) return
    this.grants.set(user, [...known, { at, scopes: new Set(scopes) }])
  }

  /** Epoch and head of a scope at a moment; null before it was there. */
  headAt(scope: Scope, at: Millis): { epoch: string; head: number } | null {
    return this.heads.get(scope)?.findLast((known) => known.at <= at) ?? null
  }

  headNow(scope: Scope): { epoch: string; head: number } | null {
    return this.heads.get(scope)?.at(-1) ?? null
  }

  /** The highest number ever given out in an epoch; null when the server never had it. */
  lastHead(scope: Scope, epoch: string): number | null {
    const numbers = (this.heads.get(scope) ?? []).filter((known) => known.epoch === epoch)
    return numbers.length === 0 ? null : Math.max(...numbers.map(({ head }) => head))
  }

  /** The scopes that a user could read from that moment until now, without a break. */
  grantedSince(user: UserId, at: Millis): Scope[] {
    const known = this.grants.get(user) ?? []
    const from = known.findLastIndex((grants) => grants.at <= at)
    if (from < 0) return []
    const [first, ...later] = known.slice(from)
    return [...(first?.scopes ?? [])].filter((scope) => later.every(({ scopes }) => scopes.has(scope)))
  }

  grantedNow(user: UserId): Scope[] {
    return [...(this.grants.get(user)?.at(-1)?.scopes ?? [])]
  }
}

import type { Command, CommandOutcome } from '#shared/domain/commands.ts'
import type { MutationId } from '#shared/domain/ids.ts'
import { siteScope, warehouseScope } from '#shared/domain/scope.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Failure, Outcome } from '#engine/upstream/upstream.ts'
import type { FakeServer } from './fake-server.ts'
import { id } from './mirror-data.ts'

/** What the server knows of commands: each is done once, and a repeat gets the outcome of the first time. */
export interface FakeLedger {
  /** Commands that were done, in their order. */
  readonly done: MutationId[]
  /** The server says no to these. */
  readonly refuses: Set<MutationId>
  /** A push with one of these in it fails as a whole like this, and nothing of it is done. */
  readonly poison: Map<MutationId, Failure>
  /** How many commands each push brought; empty-handed ones too. */
  readonly pushes: number[]
  push(commands: readonly Command[]): Outcome<CommandOutcome[]>
  /** The outcomes of those that are decided. */
  fates(ids: readonly MutationId[]): CommandOutcome[]
}

/** The row that a command adds one to, whatever else it means. */
export const rowOf = (command: Command): string =>
  'bin' in command && command.kind !== 'code.report'
    ? id(`row of ${command.product_id} in ${command.bin}`)
    : id('row of the rest')
export const scopeOf = (command: Command): Scope =>
  'warehouse_id' in command ? warehouseScope(command.warehouse_id) : siteScope

/** A naive ledger: every command adds one to a row of its bin. */
export function fakeLedger(server: FakeServer): FakeLedger {
  const decided = new Map<MutationId, CommandOutcome>()

  function decide(command: Command): CommandOutcome {
    const { mutation_id } = command
    if (ledger.refuses.has(mutation_id)) {
      return { mutation_id, outcome: 'refused', code: 'insufficient_stock', message: 'no', facts: {} }
    }
    ledger.done.push(mutation_id)
    const scope = scopeOf(command)
    const row = rowOf(command)
    const quantity = Number(server.rows(scope).get(row)?.['quantity'] ?? 0) + 1
    return {
      mutation_id,
      outcome: 'applied',
      scope,
      seq: server.change(scope, 'inventory', row, { quantity }),
    }
  }

  const ledger: FakeLedger = {
    done: [],
    refuses: new Set(),
    poison: new Map(),
    pushes: [],
    push(commands) {
      ledger.pushes.push(commands.length)
      const poison = commands.map(({ mutation_id }) => ledger.poison.get(mutation_id)).find(Boolean)
      if (poison) return poison
      const value = commands.map((command) => {
        const outcome = decided.get(command.mutation_id) ?? decide(command)
        decided.set(command.mutation_id, outcome)
        return outcome
      })
      return { kind: 'settled', value }
    },
    fates: (ids) => ids.flatMap((mutation) => decided.get(mutation) ?? []),
  }
  return ledger
}

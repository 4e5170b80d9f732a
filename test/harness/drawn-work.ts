import type { MutationId, UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Effect } from '#engine/commands/effects.ts'
import type { DrawnCommand, Fates } from '#engine/mirror/mirror.ts'
import { scopeOf } from '#engine/mirror/overlay/effect-rows.ts'

/** A command of the model, with the scopes that have brought it. */
interface Drawn {
  command: DrawnCommand
  came: Set<Scope>
}

/** Where a scope's cursor is; null when it is not held. */
export type Cursors = (scope: Scope) => number | null

/** An effect that the rows do not show, and whether it was sent. */
export interface ShownEffect {
  effect: Effect
  unsent: boolean
}

/**
 * The overlay as it is told in words: a list of commands in the order they were kept, each with the scopes that have brought it.
 * Nothing is ever summed up or taken out of a sum; what is shown is asked of the list each time anew.
 */
export class DrawnWork {
  private readonly owner: UserId
  private drawn: Drawn[] = []
  /** Settled, but perhaps not so noted by the outbox. */
  private gone: Drawn[] = []

  constructor(owner: UserId) {
    this.owner = owner
  }

  unsent(): DrawnCommand[] {
    return this.drawn.map(({ command }) => command).filter(({ at }) => at === 'station')
  }

  /** What an outbox would have drawn; a forgetful one has not noted what was settled. */
  unsettled(forgetful: boolean): DrawnCommand[] {
    if (!forgetful) this.gone = []
    return [...this.gone, ...this.drawn].map(({ command }) => command)
  }

  settledSoFar(): MutationId[] {
    return this.gone.map(({ command }) => command.id)
  }

  draw({ drawn, erased }: Fates, cursors: Cursors): MutationId[] {
    for (const command of drawn) {
      const held = this.drawn.find((other) => other.command.id === command.id)
      if (held) held.command = command
      else this.drawn.push({ command, came: new Set() })
    }
    this.drawn = this.drawn.filter(({ command }) => !erased.includes(command.id))
    return this.settle(cursors)
  }

  /** The scope starts over or is dropped: whatever waited for it waits no more. */
  pass(scope: Scope): void {
    for (const { command, came } of this.drawn) {
      if (command.at === 'server' && command.settles.some((head) => head.scope === scope)) came.add(scope)
    }
  }

  /** @returns the commands of which nothing is left */
  settle(cursors: Cursors): MutationId[] {
    for (const { command, came } of this.drawn) {
      for (const { scope, seq } of command.at === 'server' ? command.settles : []) {
        const cursor = cursors(scope)
        if (cursor === null || cursor >= seq) came.add(scope)
      }
    }
    const settled = this.drawn.filter((held) => this.isSettled(held))
    this.drawn = this.drawn.filter((held) => !this.isSettled(held))
    this.gone.push(...settled)
    return settled.map(({ command }) => command.id)
  }

  shown(): ShownEffect[] {
    return this.drawn.flatMap(({ command, came }) =>
      command.effects
        .filter((effect) => {
          const scope = scopeOf(effect, this.owner)
          const isListed = command.settles.some((head) => head.scope === scope)
          return isListed ? !came.has(scope) : came.size === 0
        })
        .map((effect) => ({ effect, unsent: command.at === 'station' })),
    )
  }

  private isSettled({ command: { at, settles }, came }: Drawn): boolean {
    return at === 'server' && settles.length > 0 && settles.every(({ scope }) => came.has(scope))
  }
}

import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { WarehouseId } from '#shared/domain/ids.ts'
import { warehouseScope } from '#shared/domain/scope.ts'
import type { TestConsole } from '#test/harness/console.ts'

/** From this server time (ms) on, the user may read so many pieces or more in the test warehouse. */
export interface Fact {
  at: number
  pieces: number
}

export interface HonestyWatch {
  isCurrent(): boolean
  /** Claims of freshness that the mirror did not bear out. */
  lies: string[]
  stop(): void
}

interface WatchPorts {
  console: TestConsole
  /** Grows while the test changes the server; in the order of time. */
  facts: readonly Fact[]
  warehouseId: WarehouseId
  file: (console: TestConsole) => string
}

const LOOK_EVERY_MS = 5

/**
 * Holds a console to its "as of": a mirror that calls itself complete as of a moment has every piece that the server had
 * then [L3]. It reads the mirror's file by itself, past the engine.
 */
export function watchHonesty({ console, facts, warehouseId, file }: WatchPorts): HonestyWatch {
  const lies: string[] = []
  let mirror: Database.Database | null = null

  function pieces(): number {
    const path = console.status().user ? file(console) : ''
    if (!mirror && existsSync(path)) mirror = new Database(path, { readonly: true })
    const row = mirror
      ?.prepare(
        `select coalesce(sum(i.quantity_on_hand), 0) as pieces
         from inventory i join scopes s on s.no = i.scope where s.scope = ?`,
      )
      .get(warehouseScope(warehouseId)) as { pieces: number } | undefined
    return row?.pieces ?? 0
  }

  function look(): void {
    // The claim first: what comes in between can only make it truer.
    const { asOf } = console.status()
    if (asOf === null) return
    const owed = facts.findLast(({ at }) => at <= asOf)
    const held = pieces()
    if (owed && held < owed.pieces) lies.push(`Complete as of ${asOf} with ${held} pieces of ${owed.pieces}`)
  }

  const looking = setInterval(look, LOOK_EVERY_MS)
  return {
    lies,
    isCurrent: () => pieces() >= (facts.at(-1)?.pieces ?? 0),
    stop() {
      clearInterval(looking)
      mirror?.close()
      mirror = null
    },
  }
}

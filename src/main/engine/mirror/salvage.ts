import type { UserId } from '#shared/domain/ids.ts'
import type { Db, SqlValue } from './database.ts'
import { diskTrouble } from './disk-trouble.ts'
import { keptTables, type KeptTable } from './kept-tables.ts'
import { openDamaged } from './open-database.ts'

/** What became of one kept table of a damaged file. */
export interface Salvaged {
  table: KeptTable
  rows: number
  /** False when there may have been more: a part of it could not be read, or a row not be taken over. */
  complete: boolean
}

type Row = Record<string, SqlValue> & { no: number }

/** Reading that fails this often is given up: what is missing then lies where nothing leads to any more. */
const MOST_FAILURES = 2_000

/**
 * Copies what can be read of the kept tables from a damaged file, which is only read, into a fresh one.
 * @returns nothing when the file is somebody else's
 */
export function salvage(damaged: string, into: Db, owner: UserId, nativeBinding: string | null): Salvaged[] {
  const from = unlessUnreadable(() => openDamaged(damaged, nativeBinding))
  if (from === null) return []
  try {
    if (!mayBeOf(owner, from)) return []
    return into.transaction(() => keptTables.map((table) => salvageTable(table, from, into))).immediate()
  } finally {
    from.close()
  }
}

/** A file that cannot say any more whose it is still has the name that was made from its owner's. */
function mayBeOf(owner: UserId, db: Db): boolean {
  const held = unlessUnreadable(() =>
    db.prepare<[], string>("select value from meta where key = 'owner'").pluck().get(),
  )
  return (held ?? owner) === owner
}

function salvageTable(table: KeptTable, from: Db, into: Db): Salvaged {
  const rows = new Map<number, Row>()
  const whole = gather(table, from, rows)
  const columns = into.prepare<[], string>(`select name from pragma_table_info('${table}')`).pluck().all()
  let taken = 0
  for (const no of [...rows.keys()].sort((a, b) => a - b)) {
    const row = rows.get(no)
    if (row && take(table, columns, row, into)) taken += 1
  }
  return { table, rows: taken, complete: whole && taken === rows.size }
}

/**
 * Reads a table from both ends up to what cannot be read, halves the gap, and so on: a lost page costs its own rows only.
 * @returns whether everything could be read
 */
function gather(table: KeptTable, from: Db, rows: Map<number, Row>): boolean {
  let failures = 0

  /** @returns the number it came to before it failed, or null when it read to the end */
  function scan(direction: 'asc' | 'desc', low: number, high: number): number | null {
    const sign = direction === 'asc' ? 1 : -1
    let reached = (direction === 'asc' ? low : high) - sign
    const toTheEnd = unlessUnreadable(() => {
      const statement = from.prepare<[number, number], Row>(
        `select * from ${table} where no between ? and ? order by no ${direction}`,
      )
      for (const row of statement.iterate(low, high)) {
        // Damaged pages can lead in circles.
        if ((row.no - reached) * sign <= 0) return false
        rows.set((reached = row.no), row)
      }
      return true
    })
    if (toTheEnd) return null
    failures += 1
    return reached
  }

  function between(low: number, high: number): void {
    if (low > high || failures >= MOST_FAILURES) return
    const up = scan('asc', low, high)
    if (up === null || low === high) return
    const down = scan('desc', up + 1, high)
    if (down === null) return
    const middle = Math.floor((up + down) / 2)
    between(up + 1, middle)
    between(middle + 1, down - 1)
  }

  between(1, Number.MAX_SAFE_INTEGER)
  return failures === 0
}

/** An older version's rows have fewer columns: what they did not have takes its default. @returns whether the row was accepted */
function take(table: KeptTable, columns: readonly string[], row: Row, into: Db): boolean {
  const known = columns.filter((column) => column in row)
  const values = known.map((column) => `@${column}`)
  const statement = into.prepare(`insert into ${table} (${known.join(', ')}) values (${values.join(', ')})`)
  try {
    statement.run(row)
    return true
  } catch (error) {
    // The trouble of the fresh file is not the row's: then nothing is salvaged, and the damaged file stays where it is.
    if (diskTrouble(error)) throw error
    return false
  }
}

/** What a damaged file throws is null. */
function unlessUnreadable<T>(work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    if (diskTrouble(error) ?? isSqlite(error)) return null
    throw error
  }
}

/** E.g. no such table: the file is from before it, or its entry is lost. */
const isSqlite = (error: unknown): boolean => error instanceof Error && error.name === 'SqliteError'

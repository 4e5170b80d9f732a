import { existsSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { Millis } from '#shared/lib/time.ts'
import { SECOND_MS } from '#shared/lib/time.ts'
import type { Db } from '#engine/mirror/database.ts'
import { DiagnosticRecord } from '#engine/mirror/diagnostic-record.ts'
import { DiagnosticTables } from '#engine/mirror/diagnostic-tables.ts'
import { Digests } from '#engine/mirror/digest.ts'
import { diskTrouble } from '#engine/mirror/disk-trouble.ts'
import { inspectHeader, isDistrusted } from '#engine/mirror/mirror-file.ts'
import { MIRROR_VERSION } from '#engine/mirror/migrations/index.ts'
import { ScopeTable } from '#engine/mirror/scope-table.ts'
import { quickCheck } from '#engine/mirror/soundness.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Digest } from '#shared/protocol/server.ts'
import { openToLook } from './open-to-look.ts'
import { DAY_MS, linkTimes } from './link-times.ts'
import type { MirrorReport } from './report.ts'

/** Looks at a mirror's file, which may be open in a console, damaged or from the future. Writes nothing; never throws. */
export function readMirror(file: string, now: Millis): MirrorReport {
  const report = blank(file)
  try {
    return { ...report, ...look(file, report.inUse, now) }
  } catch (error) {
    const problem = diskTrouble(error)?.problem
    const trouble = problem === 'damaged' || problem === 'from-newer-version' ? problem : 'unreadable'
    const detail = error instanceof Error ? error.message : String(error)
    return { ...report, trouble, detail }
  }
}

const blank = (file: string): MirrorReport => ({
  file,
  trouble: null,
  detail: null,
  owner: null,
  server: null,
  asOf: null,
  inUse: isInUse(file),
  distrusted: isDistrusted(file),
  fileBytes: bytesOf(file),
  logBytes: bytesOf(`${file}-wal`),
  schemaVersion: null,
  integrity: null,
  lastCheck: null,
  unreadableRows: 0,
  scopes: [],
  history: [],
  times: { live: 0, degraded: 0, offline: 0, unknown: DAY_MS },
  proofs: [],
  misses: 0,
  rowsRepaired: 0,
  comparison: null,
})

const bytesOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

function look(file: string, inUse: boolean, now: Millis): Partial<MirrorReport> {
  inspectHeader(file)
  const { db, close } = openToLook(file, inUse)
  try {
    const schemaVersion = Number(db.pragma('user_version', { simple: true }))
    const integrity = quickCheck(db)
    if (!integrity.sound)
      return { schemaVersion, integrity, trouble: 'damaged', detail: integrity.problems[0] ?? null }
    // What an older version wrote is brought up to date when a console opens it, not by looking at it.
    if (schemaVersion !== MIRROR_VERSION) return { schemaVersion, integrity }
    const record = new DiagnosticRecord()
    new DiagnosticTables(db).readInto(record)
    const meta = db.prepare<[string], string>('select value from meta where key = ?').pluck()
    const asOf = meta.get('as_of')
    const scopes = record.progress(new ScopeTable(db).cursors())
    const lately = now - DAY_MS
    return {
      schemaVersion,
      integrity,
      owner: meta.get('owner') ?? null,
      server: meta.get('server') ?? null,
      asOf: asOf === undefined ? null : new Date(Number(asOf)).toISOString(),
      lastCheck: record.checks[0] ?? null,
      unreadableRows: db.prepare<[], number>('select count(*) from unreadable').pluck().get() ?? 0,
      scopes: scopes.map((scope) => ({
        ...scope,
        lag: scope.head === null ? null : Math.max(0, scope.head - scope.cursor),
      })),
      history: record.moves,
      times: linkTimes(record.moves, inUse, now),
      proofs: record.proofs,
      misses: record.moves.filter(({ at, by }) => by === 'missed' && at >= lately).length,
      rowsRepaired: record.proofs.reduce(
        (sum, { at, rowsRepaired }) => sum + (at >= lately ? rowsRepaired : 0),
        0,
      ),
    }
  } finally {
    close()
  }
}

/** What the file holds of a scope now, by its rows. */
export function digestOf(db: Db, scope: Scope): Digest {
  return db.transaction(() => {
    const scopes = new ScopeTable(db)
    const { epoch, seq } = scopes.cursor(scope)
    return new Digests(db).of(scopes.number(scope), scope, epoch, seq)
  })()
}

/** A console holds a lock on a small file beside the mirror for as long as it runs. Asking takes nothing from it. */
function isInUse(file: string): boolean {
  const lock = `${file}-lock`
  if (!existsSync(lock)) return false
  try {
    const db = new Database(lock, { readonly: true, timeout: SECOND_MS / 10 })
    try {
      db.prepare('select count(*) from sqlite_schema').get()
      return false
    } finally {
      db.close()
    }
  } catch (error) {
    return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
  }
}

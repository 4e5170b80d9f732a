import { z } from 'zod'
import { ImportCounts, type ImportBreak } from '#shared/protocol/import.ts'
import type { ImportFunction } from '../engine/paper/paper-questions.ts'
import type { Failure, Outcome } from '../engine/upstream/upstream.ts'
import { planParts, type PlanPart } from '../import/plan.ts'
import type { ReadImport } from '../import/read-in-thread.ts'
import type { ImportNote } from './import-note.ts'

/*
 * Sends a checked file to the server: begun under its id, then numbered chunks, then booked in one go. Whatever was sent stays sent:
 * begun again under the same id it sends what is missing, and what was booked is never booked twice.
 */

/** A chunk weighs some 200 KB: seconds on a slow line, far within one question's time. */
const CHUNK_ROWS = 1_000
/** Pauses before each further try of one question. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000]
/** A large file takes minutes to book, in which each try waits behind the first. */
const BOOKING_TRIES = 60

const Begun = z.object({
  booked: ImportCounts.nullable(),
  staged: z.array(z.object({ part: z.enum(planParts), chunk_no: z.int() })),
})

export interface SendPorts {
  call(name: ImportFunction, args: Record<string, unknown>): Promise<Outcome<unknown>>
  pause(delayMs: number): Promise<void>
  isStopped(): boolean
  progress(at: { doneRows: number; isBooking: boolean }): void
}

export type SendEnd = { kind: 'booked'; booked: ImportCounts } | { kind: 'broken'; because: ImportBreak }

interface Chunk {
  part: PlanPart
  no: number
  from: number
  to: number
}

export async function sendImport(ports: SendPorts, note: ImportNote, read: ReadImport): Promise<SendEnd> {
  const { importId: import_id, warehouseId: warehouse_id } = note
  const begin = (): Promise<Outcome<unknown>> => ports.call('import_begin', { import_id, warehouse_id })
  const begun = await persistently(ports, begin, PAUSES_MS.length)
  if (begun.kind !== 'settled') return broken(begun)
  const known = Begun.parse(begun.value)
  if (known.booked) return { kind: 'booked', booked: known.booked }

  const chunks = chunksOf(read)
  const staged = new Set(known.staged.map(({ part, chunk_no }) => `${part} ${chunk_no}`))
  let doneRows = 0
  for (const { part, no, from, to } of chunks) {
    if (ports.isStopped()) return { kind: 'broken', because: 'stopped' }
    if (!staged.has(`${part} ${no}`)) {
      const rows = await read.rows(part, from, to)
      const put = (): Promise<Outcome<unknown>> =>
        ports.call('import_put', { import_id, part, chunk_no: no, rows })
      const outcome = await persistently(ports, put, PAUSES_MS.length)
      if (outcome.kind !== 'settled') return broken(outcome)
    }
    doneRows += to - from
    ports.progress({ doneRows, isBooking: false })
  }
  if (ports.isStopped()) return { kind: 'broken', because: 'stopped' }
  ports.progress({ doneRows, isBooking: true })
  // Its answer may be lost, or come later than a question waits: asked again it is the same answer.
  const book = (): Promise<Outcome<unknown>> =>
    ports.call('import_book', { import_id, chunks: chunks.length })
  const booked = await persistently(ports, book, BOOKING_TRIES)
  return booked.kind === 'settled'
    ? { kind: 'booked', booked: ImportCounts.parse(booked.value) }
    : broken(booked)
}

function chunksOf({ check }: ReadImport): Chunk[] {
  return planParts.flatMap((part) => {
    const rows = check.planned[part]
    return Array.from({ length: Math.ceil(rows / CHUNK_ROWS) }, (_, no) => {
      const from = no * CHUNK_ROWS
      return { part, no, from, to: Math.min(rows, from + CHUNK_ROWS) }
    })
  })
}

/** Asks again while the trouble is one that passes, and nobody has stopped it. */
async function persistently(
  { pause, isStopped }: SendPorts,
  ask: () => Promise<Outcome<unknown>>,
  tries: number,
): Promise<Outcome<unknown>> {
  for (let failures = 0; ; failures += 1) {
    const outcome = await ask()
    const mayPass = outcome.kind === 'offline' || outcome.kind === 'retry'
    if (!mayPass || failures >= tries || isStopped()) return outcome
    await pause(PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 0)
  }
}

const NOT_ALLOWED = '42501'

function broken(failure: Failure): SendEnd {
  return { kind: 'broken', because: breakOf(failure) }
}

function breakOf(failure: Failure): ImportBreak {
  switch (failure.kind) {
    case 'offline':
      return 'no-answer'
    case 'retry':
      return 'server-error'
    case 'signed-out':
    case 'wrong-key':
      return 'signed-out'
    case 'not-supabase':
      return 'server-too-old'
    case 'refused':
      return failure.code === NOT_ALLOWED ? 'not-allowed' : 'refused'
  }
}

import { parentPort, workerData } from 'node:worker_threads'
import type { Db } from './database.ts'
import { Digests } from './digest.ts'
import { diskTrouble } from './disk-trouble.ts'
import type { Asked, Inspected, Inspection, InspectorBoot, Question } from './inspector-protocol.ts'
import { openForCheckpoint, openForReading } from './open-database.ts'
import { standInForNewer } from './overlay/older-file.ts'
import { ScopeTable } from './scope-table.ts'
import { quickCheck } from './soundness.ts'

/*
 * The inspector thread's door. Each question is answered on a connection of its own, in one read transaction: between
 * questions nothing keeps the write-ahead log from being cut back.
 */

const port = parentPort
if (port === null) throw new Error('The inspector thread must be started as a worker.')

const { path, nativeBinding } = workerData as InspectorBoot

port.on('message', (asked: Asked) => port.postMessage(answer(asked)))

function answer(asked: Asked): Inspected {
  const { id } = asked
  try {
    return { id, kind: 'answer', value: inspect(asked) }
  } catch (error) {
    const trouble = diskTrouble(error)
    return { id, kind: 'failed', problem: trouble?.problem ?? null, message: String(error) }
  }
}

function inspect(question: Question): Inspection[keyof Inspection] {
  if (question.ask === 'checkpoint') return checkpoint()
  const db = openForReading(path, nativeBinding)
  try {
    standInForNewer(db)
    return db.transaction(() => look(db, question))()
  } finally {
    db.close()
  }
}

function checkpoint(): null {
  const db = openForCheckpoint(path, nativeBinding)
  try {
    db.pragma('wal_checkpoint(passive)')
    return null
  } finally {
    db.close()
  }
}

function look(db: Db, question: Exclude<Question, { ask: 'checkpoint' }>): Inspection[keyof Inspection] {
  if (question.ask === 'quick-check') return quickCheck(db)
  const scopes = new ScopeTable(db)
  const { epoch, seq } = scopes.cursor(question.scope)
  return new Digests(db).of(scopes.number(question.scope), question.scope, epoch, seq)
}

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { planParts } from './plan.ts'
import { ImportProblem } from './problem.ts'
import { readImportFile, type ReadFile } from './read-file.ts'
import type { FromImportThread, ImportThreadBoot, ReadFacts, RowsWanted } from './thread-protocol.ts'

/*
 * Reads a file to import on a thread of its own and keeps the plan: half a million lines take seconds, in which nobody's keys may
 * wait [U1].
 */

const ERRORS_TOLD = 1_000

const port = parentPort
if (port === null) throw new Error('The import thread must be started as a worker.')
const tell = (message: FromImportThread): void => port.postMessage(message)
const { file, warehouseCode } = workerData as ImportThreadBoot

try {
  const read = await readImportFile(file, {
    warehouseCode,
    ordersSince: null,
    progress: ({ read: readBytes, total: totalBytes, lines }) =>
      tell({ kind: 'progress', readBytes, totalBytes, lines }),
  })
  port.on('message', ({ id, part, from, to }: RowsWanted) =>
    tell({ kind: 'rows', id, rows: read.plan[part].slice(from, to) }),
  )
  tell({ kind: 'read', ...(await factsOf(read)) })
} catch (error) {
  if (!(error instanceof ImportProblem)) throw error
  const { kind, facts } = error
  tell({
    kind: 'problem',
    problem: { kind: kind ?? 'not-readable', line: facts.line ?? null, found: [...(facts.found ?? [])] },
  })
}

async function factsOf({ kind, mapping, plan, report }: ReadFile): Promise<ReadFacts> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(file)) hash.update(part as Buffer)
  return {
    hash: hash.digest('hex'),
    check: {
      kind,
      lines: report.lines,
      ...mapping,
      taken: [...report.taken].map(([as, count]) => ({ as, count })),
      skipped: report.skippedCount,
      errors: report.errors.slice(0, ERRORS_TOLD),
      planned: Object.fromEntries(planParts.map((part) => [part, plan[part].length])) as Record<
        (typeof planParts)[number],
        number
      >,
    },
  }
}

import { rm } from 'node:fs/promises'
import { z } from 'zod'
import { WarehouseId } from '#shared/domain/ids.ts'
import { readJsonFile, writeJsonFile } from '../storage/json-file.ts'

/** An import that was begun and not booked: enough to go on with it after a restart. The rows are in the person's own file. */
export const ImportNote = z.object({
  version: z.literal(1),
  importId: z.guid(),
  file: z.string(),
  /** SHA-256: another file of the same name is another import. */
  hash: z.string(),
  warehouseId: WarehouseId,
  warehouseCode: z.string(),
  totalRows: z.int(),
})
export type ImportNote = z.infer<typeof ImportNote>

/** @returns null when there is none, or none that can be understood: then its chunks are forgotten by the server in a week */
export async function readNote(path: string): Promise<ImportNote | null> {
  const outcome = await readJsonFile(path, ImportNote)
  return outcome.kind === 'read' ? outcome.value : null
}

export const writeNote = (path: string, note: ImportNote): Promise<void> => writeJsonFile(path, note)
export const dropNote = (path: string): Promise<void> => rm(path, { force: true })

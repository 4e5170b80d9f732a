import { createHash } from 'node:crypto'
import type { MutationId } from '#shared/domain/ids.ts'

/*
 * Ids that follow from what they are for. Keeping the command that takes the place of a refused one and ending the refused one are
 * two steps on disk; whatever comes between them, the second try makes the same command, and it counts once.
 */

/** The one command that may take the place of this one, unchanged or amended. */
export const successorOf = (id: MutationId): MutationId => derived('successor', id)

/** The command that hands this one over with this note. */
export const handoverOf = (id: MutationId, note: string): MutationId => derived('handover', id, note)

/** A UUID of version 8: made by our own rule. */
function derived(...parts: readonly string[]): MutationId {
  const bytes = createHash('sha256').update(parts.join('\n')).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as MutationId
}

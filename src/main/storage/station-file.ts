import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { StationId } from '#shared/domain/ids.ts'
import { StationKind } from '#shared/domain/rows.ts'
import type { Log } from '../engine/ports.ts'
import type { StationIdentity } from '../engine/thread-protocol.ts'
import { oneAfterAnother } from './atomic-file.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'

/*
 * Which installed console this is: made at the first start, kept for as long as its folder lives. Apart from the settings,
 * because people may throw those away, and the ledger names this station.
 */

const StationFileContent = z.object({
  version: z.literal(1),
  id: StationId,
  name: z.string().min(1).max(60),
  kind: StationKind,
})

export interface StationFile {
  readonly identity: StationIdentity
  /** @throws the system's error when the disk does not take it */
  rename(name: string, kind: StationKind): Promise<StationIdentity>
}

/**
 * Reads `station.json`, or makes a new identity when there is none. Where the disk takes none it is of this start only.
 * @param file absolute path
 * @param hostName what the machine is called: the station's first name
 */
export async function openStationFile(
  file: string,
  { hostName, log }: { hostName: string; log: Log },
): Promise<StationFile> {
  const read = await readJsonFile(file, StationFileContent)
  const inTurn = oneAfterAnother()
  let identity: StationIdentity =
    read.kind === 'read'
      ? { id: read.value.id, name: read.value.name, kind: read.value.kind }
      : { id: StationId.parse(randomUUID()), name: hostName.slice(0, 60) || 'Station', kind: 'desk' }
  const write = (next: StationIdentity) => writeJsonFile(file, { version: 1, ...next })
  if (read.kind === 'set-aside' || read.kind === 'absent') {
    await write(identity).catch((error: unknown) =>
      log.warn('station.not-kept', { file, error: String(error) }),
    )
  }
  return {
    get identity() {
      return identity
    },
    rename: (name, kind) =>
      inTurn(async () => {
        const next = { id: identity.id, name: name.trim().slice(0, 60), kind }
        await write(next)
        identity = next
        return next
      }),
  }
}

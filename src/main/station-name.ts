import type { Answer, Question } from '#shared/protocol/contract.ts'
import { failed, ok, type Reply } from '#shared/protocol/reply.ts'
import type { EngineHost } from './engine-host.ts'
import type { Log } from './engine/ports.ts'
import { errorCode } from './storage/json-file.ts'
import type { StationFile } from './storage/station-file.ts'

interface NamePorts {
  station: Pick<StationFile, 'rename'>
  engine: Pick<EngineHost, 'askOwn'>
  log: Log
}

/** Gives this station another name: on its own disk first, then to whoever reports it. */
export async function renameStation(
  { station, engine, log }: NamePorts,
  { name, kind }: Question<'station.rename'>,
): Promise<Reply<Answer<'station.rename'>>> {
  try {
    const identity = await station.rename(name, kind)
    const told = await engine.askOwn('station.named', identity)
    // An engine that is starting again is started with the name.
    if (!told.ok) log.info('station.named-later', { error: told.error })
    return ok({})
  } catch (error) {
    const code = errorCode(error)
    log.warn('station.not-renamed', { code })
    return code === 'ENOSPC'
      ? failed('disk-full', 'The disk is full: the station keeps its name.', true)
      : failed('disk-read-only', 'The disk does not take the new name.', true)
  }
}

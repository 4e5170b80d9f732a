import { z } from 'zod'
import type { Log, Secrets } from '../engine/ports.ts'
import { oneAfterAnother } from './atomic-file.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import type { Vault } from './vault.ts'

/** Each value says itself how it rests, so that a key store that comes or goes does not make the others unreadable. */
const Entry = z.object({ rests: z.enum(['encrypted', 'plain']), text: z.string() })
type Entry = z.infer<typeof Entry>
const SecretsFile = z.object({ version: z.literal(1), values: z.record(z.string(), Entry) })
type SecretsFile = z.infer<typeof SecretsFile>

/**
 * The session at rest: one small file, each value sealed by the system's key store. Where there is none, values are kept
 * as they are in a file only its owner may read, and `app.about` says so.
 *
 * A value that cannot be opened any more reads as absent: its owner signs in again.
 * @param file absolute path
 * @param vault a promise, because key stores answer only once the application is ready
 */
export function openSecrets(file: string, vault: Promise<Vault>, log: Log): Secrets {
  const inTurn = oneAfterAnother()
  let loaded: Promise<SecretsFile> | null = null
  const load = () => (loaded ??= readSecrets(file, log))

  const change = (key: string, entry: Entry | null) =>
    inTurn(async () => {
      const others = Object.entries((await load()).values).filter(([name]) => name !== key)
      const values = Object.fromEntries(entry === null ? others : [...others, [key, entry]])
      const next: SecretsFile = { version: 1, values }
      await writeJsonFile(file, next)
      loaded = Promise.resolve(next)
    })

  return {
    get: (key) => inTurn(async () => openEntry(key, (await load()).values[key], await vault, log)),
    set: async (key, value) => {
      const store = await vault
      const rests = await store.protection()
      const text = rests === 'encrypted' ? await store.seal(value) : value
      await change(key, { rests, text })
    },
    delete: (key) => change(key, null),
  }
}

async function readSecrets(file: string, log: Log): Promise<SecretsFile> {
  const outcome = await readJsonFile(file, SecretsFile)
  if (outcome.kind === 'read') return outcome.value
  if (outcome.kind !== 'absent') log.warn('secrets.unreadable', outcome)
  return { version: 1, values: {} }
}

async function openEntry(
  key: string,
  entry: Entry | undefined,
  vault: Vault,
  log: Log,
): Promise<string | null> {
  if (entry === undefined) return null
  if (entry.rests === 'plain') return entry.text
  try {
    return await vault.open(entry.text)
  } catch (error) {
    log.warn('secrets.not-opened', { key, error })
    return null
  }
}

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { PlainError } from './say.ts'

/** `sha512-<base64>` as npm writes it, or `sha256:<hex>` as release pages do. */
export type Fingerprint = `sha512-${string}` | `sha256:${string}`

async function fingerprint(path: string, like: Fingerprint): Promise<Fingerprint> {
  const sha512 = like.startsWith('sha512-')
  const hash = createHash(sha512 ? 'sha512' : 'sha256')
  await pipeline(createReadStream(path), hash)
  return sha512 ? `sha512-${hash.digest('base64')}` : `sha256:${hash.digest('hex')}`
}

/** Throws a PlainError unless the file's content is exactly the one expected. */
export async function checkIntegrity(path: string, expected: Fingerprint, what: string): Promise<void> {
  const found = await fingerprint(path, expected)
  if (found === expected) return
  throw new PlainError(
    `${what} is not what it should be: expected ${expected}, found ${found}. Nothing was unpacked.`,
  )
}

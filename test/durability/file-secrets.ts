import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Secrets } from '#engine/ports.ts'

/** Secrets in a file that is replaced whole, so that they outlive a kill at any moment. */
export function fileSecrets(folder: string): Secrets {
  const path = join(folder, 'secrets.json')
  const read = (): Record<string, string> =>
    existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>) : {}
  const write = (kept: Record<string, string>): void => {
    writeFileSync(`${path}.new`, JSON.stringify(kept))
    renameSync(`${path}.new`, path)
  }
  return {
    get: async (key) => read()[key] ?? null,
    set: async (key, value) => write({ ...read(), [key]: value }),
    async delete(key) {
      const { [key]: _gone, ...kept } = read()
      write(kept)
    },
  }
}

import type { Secrets } from '#engine/ports.ts'

/** Secrets in memory, open to a test's eyes. */
export function memorySecrets(kept = new Map<string, string>()): Secrets & { kept: Map<string, string> } {
  return {
    kept,
    get: async (key) => kept.get(key) ?? null,
    set: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
  }
}

import type { SafeStorage } from 'electron'

/** Seals texts with the operating system's key store, and says how good that is. */
export interface Vault {
  /** `plain`: this system keeps no key for us, so sealing would be for show. */
  protection(): Promise<'encrypted' | 'plain'>
  /** @returns base64 that only this user on this machine can open */
  seal(text: string): Promise<string>
  /** @throws when the key is another one by now */
  open(sealed: string): Promise<string>
}

/**
 * Electron's safeStorage as a Vault. Newer runtimes have asynchronous calls, which do not hold the main thread while a
 * key store asks its owner; older ones have only the others.
 * @param platform as `process.platform`
 */
export function systemVault(safeStorage: SafeStorage, platform: string): Vault {
  const isAsync = typeof safeStorage.encryptStringAsync === 'function'

  const hasKey = () =>
    isAsync ? safeStorage.isAsyncEncryptionAvailable() : Promise.resolve(safeStorage.isEncryptionAvailable())

  return {
    protection: async () => {
      // On Linux without a key store the key is a constant in Chromium's source: that protects nobody.
      const isForShow =
        platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend())
      return !isForShow && (await hasKey()) ? 'encrypted' : 'plain'
    },
    seal: async (text) => {
      const sealed = isAsync ? await safeStorage.encryptStringAsync(text) : safeStorage.encryptString(text)
      return sealed.toString('base64')
    },
    open: async (sealed) => {
      const bytes = Buffer.from(sealed, 'base64')
      return isAsync ? (await safeStorage.decryptStringAsync(bytes)).result : safeStorage.decryptString(bytes)
    },
  }
}

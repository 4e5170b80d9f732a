/**
 * What we use of Electron's safeStorage. Newer runtimes have asynchronous calls, which do not hold the main thread while a
 * key store asks its owner; older ones have only the others.
 */
export interface KeyStore {
  getSelectedStorageBackend(): string
  isEncryptionAvailable(): boolean
  encryptString(text: string): Buffer
  decryptString(sealed: Buffer): string
  isAsyncEncryptionAvailable?(): Promise<boolean>
  encryptStringAsync?(text: string): Promise<Buffer>
  decryptStringAsync?(sealed: Buffer): Promise<{ result: string }>
}

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
 * Electron's safeStorage as a Vault.
 * @param platform as `process.platform`
 */
export function systemVault(store: KeyStore, platform: string): Vault {
  const hasKey = async () => (await store.isAsyncEncryptionAvailable?.()) ?? store.isEncryptionAvailable()

  return {
    protection: async () => {
      // On Linux without a key store the key is a constant in Chromium's source: that protects nobody.
      const isForShow =
        platform === 'linux' && ['basic_text', 'unknown'].includes(store.getSelectedStorageBackend())
      return !isForShow && (await hasKey()) ? 'encrypted' : 'plain'
    },
    seal: async (text) => {
      const sealed = (await store.encryptStringAsync?.(text)) ?? store.encryptString(text)
      return sealed.toString('base64')
    },
    open: async (sealed) => {
      const bytes = Buffer.from(sealed, 'base64')
      const opened = await store.decryptStringAsync?.(bytes)
      return opened === undefined ? store.decryptString(bytes) : opened.result
    },
  }
}

import { accessSync, constants, mkdirSync, mkdtempSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { StartNotice } from '#shared/protocol/contract.ts'
import { errorCode } from './json-file.ts'

/** Where this console keeps its things. */
export interface UserFolder {
  /** The mirror, the settings, the session, the log. */
  path: string
  /** What Chromium must be able to write to, or it does not start: its locks and caches. */
  chromium: string
  /** Set when nothing new can be kept. */
  notice: StartNotice | null
}

/**
 * Makes the console's folder. One that cannot be written to does not keep the console from showing what lies in it:
 * Chromium then gets a temporary folder, and people are told. Synchronous, because Electron asks for the folder before
 * anything else.
 * @param wanted absolute path
 */
export function openUserFolder(wanted: string): UserFolder {
  const chromium = path.join(wanted, 'chromium')
  try {
    mkdirSync(chromium, { recursive: true })
    for (const folder of [wanted, chromium]) accessSync(folder, constants.W_OK)
    return { path: wanted, chromium, notice: null }
  } catch (error) {
    const message =
      `This console cannot write to its folder ${wanted} (${errorCode(error)}). ` +
      'It shows what is there, and keeps nothing new until that is put right and it is started again.'
    const temporary = mkdtempSync(path.join(os.tmpdir(), 'smart-shelf-'))
    return { path: wanted, chromium: temporary, notice: { code: 'folder-not-writable', message } }
  }
}

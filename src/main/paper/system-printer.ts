import { BrowserWindow, session, type Session } from 'electron'
import type { Page } from '#shared/paper/page.ts'
import { SCHEME } from '../window/console-protocol.ts'
import { PRINT_POLICY } from './print-page.ts'

/** Prints a document through the system. */
export interface SystemPrinter {
  /** Opens the system's dialog. @returns false when the person chose not to print. @throws when the system cannot print */
  print(document: string, paper: Pick<Page, 'widthMm' | 'heightMm'>): Promise<boolean>
}

const MICRONS_PER_MM = 1_000
const ADDRESS = `${SCHEME}://paper/`

/**
 * The system's printing, by a window nobody sees: sandboxed, without scripts, in a session of its own that has this one document and
 * no way out.
 */
export const systemPrinter: SystemPrinter = {
  async print(document, { widthMm, heightMm }) {
    const pages = paperSession(document)
    const window = new BrowserWindow({
      show: false,
      webPreferences: {
        ...{ session: pages, sandbox: true, contextIsolation: true, nodeIntegration: false },
        ...{ javascript: false, webSecurity: true, spellcheck: false },
      },
    })
    try {
      await window.loadURL(ADDRESS)
      return await new Promise<boolean>((resolve, reject) => {
        window.webContents.print(
          {
            ...{ silent: false, printBackground: true, margins: { marginType: 'none' } },
            pageSize: { width: widthMm * MICRONS_PER_MM, height: heightMm * MICRONS_PER_MM },
          },
          (isPrinted, reason) => {
            if (isPrinted || isChoice(reason)) resolve(isPrinted)
            else reject(new Error(`The system did not print: ${reason}`))
          },
        )
      })
    } finally {
      window.destroy()
    }
  },
}

/** Electron tells by this one word that the person closed the dialog, and has no kind for it. */
const isChoice = (reason: string): boolean => /cancel/i.test(reason)

let lastSession = 0

function paperSession(document: string): Session {
  // Without `persist:` it is in memory, and gone with its window.
  const pages = session.fromPartition(`paper-${++lastSession}`, { cache: false })
  pages.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  pages.setPermissionCheckHandler(() => false)
  pages.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: url !== ADDRESS && !url.startsWith('data:') }),
  )
  pages.protocol.handle(SCHEME, ({ url }) =>
    url === ADDRESS
      ? new Response(document, {
          headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PRINT_POLICY },
        })
      : new Response(null, { status: 404 }),
  )
  return pages
}

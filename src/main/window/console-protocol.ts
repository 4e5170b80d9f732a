import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { errorCode } from '../storage/json-file.ts'
import { productPolicy } from './csp.ts'

/*
 * `shelf://console/…`: the window's pages, out of one folder of the application and nothing beside it. A scheme of its
 * own gives them an origin, which a file: page has not, and with it every rule a browser knows [S1].
 */

export const SCHEME = 'shelf'
export const CONSOLE_ORIGIN = `${SCHEME}://console`
export const CONSOLE_PAGE = `${CONSOLE_ORIGIN}/index.html`

/** A file of another kind is not served. */
const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
}

const alwaysSent = {
  'content-security-policy': productPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-dns-prefetch-control': 'off',
}

/** The part of a fetch request that decides. */
export interface PageRequest {
  readonly method: string
  readonly url: string
}

/**
 * Answers requests for the window's files.
 * @param root absolute path of the folder that holds them
 * @returns 405 for anything but GET, 404 for everything that is not a known kind of file below the folder
 */
export function serveConsole(root: string): (request: PageRequest) => Promise<Response> {
  return async ({ method, url }) => {
    if (method !== 'GET') return plain(405, 'Only GET.')
    const file = fileOf(root, url)
    const type = file === null ? undefined : mimeTypes[path.extname(file)]
    if (file === null || type === undefined) return plain(404, 'Not here.')
    try {
      const body = new Uint8Array(await readFile(file))
      return new Response(body, { headers: { ...alwaysSent, 'content-type': type } })
    } catch (error) {
      const isMissing = ['ENOENT', 'EISDIR', 'ENOTDIR'].includes(errorCode(error))
      return isMissing ? plain(404, 'Not here.') : plain(500, 'This file could not be read.')
    }
  }
}

/** @returns the absolute path a URL names, or null when it names nothing below `root` */
export function fileOf(root: string, url: string): string | null {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || parsed.protocol !== `${SCHEME}:` || parsed.host !== 'console') return null
  const pathname = decoded(parsed.pathname)
  if (pathname === null || /[\0\\:]/.test(pathname)) return null
  const file = path.resolve(root, `.${path.posix.normalize(`/${pathname}`)}`)
  return file.startsWith(path.resolve(root) + path.sep) ? file : null
}

function decoded(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return null
  }
}

const plain = (status: number, text: string) =>
  new Response(text, { status, headers: { ...alwaysSent, 'content-type': 'text/plain; charset=utf-8' } })

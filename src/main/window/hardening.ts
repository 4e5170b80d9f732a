import type { App, Session, WebContents } from 'electron'
import type { Log } from '../engine/ports.ts'

/*
 * What a page may never do, whatever it holds: leave its address, open another, reach the network, embed a browser, ask
 * for a device [S1]. The content security policy says most of it; this is the second lock, outside the page's process.
 */

/** Where pages may come from and what they may load. */
export interface Bounds {
  /** `shelf://console`, or the development server's origin. */
  pageOrigin: string
  /** The development server's websocket, for hot reload; null in the product. */
  developmentSocket: string | null
}

/** @returns whether a page may load `url` */
export function mayLoad(url: string, bounds: Bounds): boolean {
  if (url.startsWith('data:') || url.startsWith('blob:') || url.startsWith('devtools:')) return true
  if (bounds.developmentSocket !== null && isWithin(url, bounds.developmentSocket)) return true
  return isWithin(url, bounds.pageOrigin)
}

const isWithin = (url: string, origin: string) => url === origin || url.startsWith(`${origin}/`)

/** Locks the session that our windows use. */
export async function hardenSession(session: Session, bounds: Bounds, log: Log): Promise<void> {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    log.warn('window.permission-denied', { permission })
    answer(false)
  })
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setSpellCheckerEnabled(false)
  session.webRequest.onBeforeRequest((request, answer) => {
    const cancel = !mayLoad(request.url, bounds)
    if (cancel) log.warn('window.request-denied', { resource: request.resourceType })
    answer({ cancel })
  })
  session.on('will-download', (event) => event.preventDefault())
  // Whatever slips past the policy, such as a peer connection or a name look-up, ends at a proxy that is not there.
  if (bounds.developmentSocket === null)
    await session.setProxy({
      mode: 'fixed_servers',
      proxyRules: 'socks5://127.0.0.1:1',
      proxyBypassRules: '<-loopback>',
    })
}

/** Locks every page that is ever made, also one we did not mean to make. */
export function hardenEveryPage(app: App, bounds: Bounds, log: Log): void {
  app.on('web-contents-created', (_event, contents) => hardenPage(contents, bounds, log))
}

function hardenPage(contents: WebContents, bounds: Bounds, log: Log): void {
  const stay = (event: { preventDefault(): void; url: string }) => {
    if (contents.getURL() !== '' && sameDocumentAddress(event.url, contents.getURL())) return
    event.preventDefault()
    log.warn('window.navigation-denied', {})
  }
  contents.on('will-navigate', stay)
  contents.on('will-frame-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-attach-webview', (event) => {
    event.preventDefault()
    log.warn('window.webview-denied', {})
  })
  // No text of the console links to the web yet; the first that does adds its address here, for shell.openExternal.
  contents.setWindowOpenHandler(() => {
    log.warn('window.open-denied', {})
    return { action: 'deny' }
  })
  if (bounds.developmentSocket === null) contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
}

/** A reload of the page itself is no way out. */
function sameDocumentAddress(a: string, b: string): boolean {
  const bare = (url: string) => url.split('#', 1)[0]
  return bare(a) === bare(b)
}

import { READY } from '#shared/protocol/channels.ts'
import type { HearChannel, Heard } from '#shared/protocol/contract.ts'
import type { Post, WindowId } from '../engine/ports.ts'
import { isOurMainFrame, type SentBy } from '../bridge/sender.ts'

/** The part of Electron's WebContents the registry stands on. */
export interface Page {
  readonly id: number
  isDestroyed(): boolean
  isCrashed(): boolean
  send(channel: string, message: unknown): void
  on(event: 'did-navigate' | 'render-process-gone' | 'destroyed', listener: () => void): unknown
}

export interface Registry {
  /** Takes a page into the circle of those that may ask and hear. */
  add(page: Page): void
  /** The page that speaks, or null for a stranger. */
  identify(event: SentBy): WindowId | null
  /** Sends to a window, if it still shows the page that asked. */
  post: Post
  /** Sends to the window that was opened first. */
  postToFirst<C extends HearChannel>(channel: C, message: Heard<C>): void
  /** Sends to every window. */
  broadcast<C extends HearChannel>(channel: C, message: Heard<C>): void
}

/**
 * Who is a window of ours. Every load of a page is a window of its own towards the engine: after a reload or a crash the
 * old one's views are closed and nothing meant for it reaches the new one [D1].
 * @param trustedOrigin of our pages
 * @param forget hears that a window is gone or was reloaded
 */
export function openRegistry(trustedOrigin: string, forget: (window: WindowId) => void): Registry {
  const pages = new Map<number, { page: Page; window: WindowId }>()
  let lastWindow = 0
  const nextWindow = () => ++lastWindow as WindowId

  const send = (page: Page, channel: HearChannel, message: unknown) => {
    if (!page.isDestroyed() && !page.isCrashed()) page.send(channel, message)
  }
  const leave = (page: Page) => {
    const known = pages.get(page.id)
    if (known) forget(known.window)
  }

  return {
    add: (page) => {
      pages.set(page.id, { page, window: nextWindow() })
      const renew = () => {
        leave(page)
        pages.set(page.id, { page, window: nextWindow() })
      }
      page.on('did-navigate', renew)
      page.on('render-process-gone', renew)
      page.on('destroyed', () => {
        leave(page)
        pages.delete(page.id)
      })
    },
    identify: (event) => {
      const known = pages.get(event.sender.id)
      return known !== undefined && isOurMainFrame(event, trustedOrigin) ? known.window : null
    },
    post: (window, channel, message) => {
      for (const known of pages.values()) if (known.window === window) send(known.page, channel, message)
    },
    postToFirst: (channel, message) => {
      const [first] = pages.values()
      if (first) send(first.page, channel, message)
    },
    broadcast: (channel, message) => {
      for (const { page } of pages.values()) send(page, channel, message)
    },
  }
}

/** The part of ipcMain that carries a page's word that it listens. */
export interface ReadyDoor {
  on(channel: string, listener: (event: SentBy) => void): unknown
}

/** Hears when a page of ours says that its script runs. */
export function hearReady(ipc: ReadyDoor, registry: Registry, ready: (window: WindowId) => void): void {
  ipc.on(READY, (event) => {
    const window = registry.identify(event)
    if (window !== null) ready(window)
  })
}

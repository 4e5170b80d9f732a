/*
 * Who speaks. A message counts only when it comes from the main frame of one of our windows, and that frame shows our
 * page: a frame inside the page, a window somebody else opened, and a page from elsewhere are all strangers [S1].
 */

/** The part of Electron's WebFrameMain that tells who a frame is. */
export interface Frame {
  readonly origin: string
  readonly parent: unknown
}

/** The part of Electron's IPC events that tells who sent. */
export interface SentBy {
  readonly sender: { readonly id: number; readonly mainFrame: unknown }
  /** Null when the frame is gone by now. */
  readonly senderFrame: Frame | null
}

/**
 * @param trustedOrigin as the frame's security origin says it: `shelf://console`, or that of the development server
 */
export function isOurMainFrame(event: SentBy, trustedOrigin: string): boolean {
  const frame = event.senderFrame
  if (frame === null) return false
  return frame === event.sender.mainFrame && frame.parent === null && frame.origin === trustedOrigin
}

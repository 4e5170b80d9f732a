import type { App, Net, PowerMonitor } from 'electron'
import type { Signal } from './engine/engine.ts'
import type { ServerAddress } from './engine/ports.ts'

export interface SignalPorts {
  app: Pick<App, 'on' | 'off'>
  powerMonitor: Pick<PowerMonitor, 'on' | 'off'>
  net: Pick<Net, 'isOnline'>
  /** The server in use: one on this very machine is reached without any network. */
  server(): ServerAddress | null
  /** Calls `task` again and again; the returned function ends it. */
  every(intervalMs: number, task: () => void): () => void
  send(signal: Signal): void
}

/** Chromium tells the main process nothing of its own accord when the network changes. */
const NETWORK_POLL_MS = 2_000

/**
 * Tells the engine what the machine knows: sleep, wake, unlock, network, attention.
 * @returns ends the telling
 */
export function sendSignals(ports: SignalPorts): () => void {
  const { app, powerMonitor, net, send } = ports
  const resumed = () => send({ kind: 'resumed' })
  const suspending = () => send({ kind: 'suspending' })
  const unlocked = () => send({ kind: 'unlocked' })
  const focused = () => send({ kind: 'focused' })

  let wasUp = true
  const endPolling = ports.every(NETWORK_POLL_MS, () => {
    const isUp = net.isOnline() || !needsNetwork(ports.server())
    if (isUp !== wasUp) send({ kind: isUp ? 'network-up' : 'network-down' })
    wasUp = isUp
  })
  powerMonitor.on('resume', resumed)
  powerMonitor.on('suspend', suspending)
  powerMonitor.on('unlock-screen', unlocked)
  app.on('browser-window-focus', focused)
  return () => {
    endPolling()
    powerMonitor.off('resume', resumed)
    powerMonitor.off('suspend', suspending)
    powerMonitor.off('unlock-screen', unlocked)
    app.off('browser-window-focus', focused)
  }
}

/** A server on this machine needs none, and neither does a station that has no server yet. */
function needsNetwork(server: ServerAddress | null): boolean {
  if (server === null || !URL.canParse(server.url)) return false
  return !['localhost', '127.0.0.1', '[::1]'].includes(new URL(server.url).hostname)
}

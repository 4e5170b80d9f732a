import { BrowserWindow, nativeTheme, screen } from 'electron'
import type { Clock, Log } from '../engine/ports.ts'
import {
  MIN_HEIGHT,
  MIN_WIDTH,
  openingOf,
  readPlacement,
  type Placement,
  type PlacementKeeper,
} from './placement.ts'
import type { Registry } from './registry.ts'

export interface ConsoleWindowPorts {
  title: string
  /** Address of the page. */
  page: string
  /** Absolute path of the preload script. */
  preload: string
  /** Where it stood is read from here and written down there. */
  placementFile: string
  placements: PlacementKeeper
  registry: Registry
  clock: Clock
  log: Log
}

/** The page's own `--canvas` in each theme (styles/tokens.css), so that nothing flashes before its first paint. */
const background = { light: '#f5f6f8', dark: '#0f1115' }

/** After this many crashes the page is reloaded only every so often: it would crash again. */
const reloadDelaysMs = [0, 1_000, 5_000, 30_000]
const CALM_MS = 60_000

/** Opens a console window where it last stood, and shows it as soon as it has something to show. */
export async function openConsoleWindow(ports: ConsoleWindowPorts): Promise<BrowserWindow> {
  const kept = await readPlacement(ports.placementFile)
  const main = screen.getPrimaryDisplay()
  const displays = [main, ...screen.getAllDisplays().filter((display) => display.id !== main.id)]
  const { maximized, ...bounds } = openingOf(
    kept,
    displays.map((display) => display.workArea),
  )
  const window = new BrowserWindow({
    ...bounds,
    minWidth: MIN_WIDTH,
    minHeight: MIN_HEIGHT,
    title: ports.title,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    webPreferences: {
      preload: ports.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      // Figures go on changing while another window covers this one; a supervisor's desk must not lag behind.
      backgroundThrottling: false,
    },
  })
  ports.registry.add(window.webContents)
  if (maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  rememberPlacement(window, ports)
  keepAlive(window, ports)
  void load(window, ports)
  return window
}

async function load(window: BrowserWindow, { page, log }: ConsoleWindowPorts): Promise<void> {
  let isGone = false
  // Heard before the load is told, which then fails with the page.
  window.webContents.once('destroyed', () => (isGone = true))
  try {
    await window.loadURL(page)
  } catch (error) {
    // A window that is closed while its page loads has failed at nothing.
    if (isGone) log.info('window.closed-early', {})
    else log.error('window.not-loaded', { page, error })
  }
}

function rememberPlacement(window: BrowserWindow, { placements }: ConsoleWindowPorts): void {
  const look = (): Placement | null => {
    if (window.isDestroyed() || window.isMinimized() || window.isFullScreen()) return null
    return { ...window.getNormalBounds(), maximized: window.isMaximized() }
  }
  const moved = () => placements.moved(look)
  window.on('resize', moved)
  window.on('move', moved)
  window.on('maximize', moved)
  window.on('unmaximize', moved)
  // While it can still be asked; what waited would find the window gone.
  window.on('close', () => void placements.flushed())
}

/** A page that dies is loaded again; its views come back by the usual way of a first load. */
function keepAlive(window: BrowserWindow, { clock, log }: ConsoleWindowPorts): void {
  let deaths = 0
  let lastDeathMs = 0
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    const now = clock.monotonicMs()
    deaths = now - lastDeathMs > CALM_MS ? 1 : deaths + 1
    lastDeathMs = now
    const delayMs = reloadDelaysMs[Math.min(deaths, reloadDelaysMs.length) - 1] ?? 0
    log.error('window.died', { reason, exitCode, deaths, reloadInMs: delayMs })
    clock.after(delayMs, () => {
      if (!window.isDestroyed()) window.webContents.reload()
    })
  })
  window.on('unresponsive', () => log.warn('window.unresponsive', {}))
  window.on('responsive', () => log.info('window.responsive', {}))
  window.webContents.on('preload-error', (_event, _path, error) =>
    log.error('window.preload-failed', { error }),
  )
  window.webContents.on('did-fail-load', (_event, code, description) => {
    log.error('window.load-failed', { code, description })
  })
}

import { hostname } from 'node:os'
import path from 'node:path'
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  net,
  Notification,
  powerMonitor,
  safeStorage,
  session,
} from 'electron'
import type { AskChannel, Answer, Question } from '#shared/protocol/contract.ts'
import { isPaperChannel } from '#shared/protocol/paper.ts'
import { ok, type Reply } from '#shared/protocol/reply.ts'
import { pageQuery } from '#shared/protocol/windows.ts'
import { aboutConsole } from './about.ts'
import { guardIpc } from './bridge/ipc-guard.ts'
import { serverToUse, type Config } from './config.ts'
import { desktopNotifications } from './desktop-notifications.ts'
import { createLog, type Level } from './diagnostics/log.ts'
import { openLogFile } from './diagnostics/log-file.ts'
import type { Log, WindowId } from './engine/ports.ts'
import { hostEngine } from './engine-host.ts'
import { engineWorker } from './engine-worker.ts'
import { sendSignals } from './signals.ts'
import { readInThread } from './import/read-in-thread.ts'
import { sendToPrinter } from './paper/label-printer.ts'
import { openPaperDesk } from './paper/paper-desk.ts'
import { systemPrinter } from './paper/system-printer.ts'
import { openSecrets } from './storage/secrets.ts'
import { renameStation } from './station-name.ts'
import { openSettings } from './storage/settings.ts'
import { openStationFile } from './storage/station-file.ts'
import type { UserFolder } from './storage/user-folder.ts'
import { systemVault } from './storage/vault.ts'
import { every, systemClock } from './system-clock.ts'
import { CONSOLE_ORIGIN, CONSOLE_PAGE, SCHEME, serveConsole } from './window/console-protocol.ts'
import { systemDialogs } from './window/file-dialogs.ts'
import { openConsoleWindow } from './window/console-window.ts'
import { developmentPolicy } from './window/csp.ts'
import { hardenEveryPage, hardenSession, type Bounds } from './window/hardening.ts'
import { menuTemplate } from './window/menu.ts'
import { placementKeeper, type PlacementKeeper } from './window/placement.ts'
import { hearReady, openRegistry } from './window/registry.ts'
import { openWindow, openWindowSet } from './window/window-set.ts'
import { openWorkFiles } from './work-files.ts'

/** Where the built program and its data lie. */
export interface Places {
  /** Folder of the built program: `main/`, `preload/` and `renderer/` are in it. */
  program: string
  /** What this console keeps. */
  folder: UserFolder
}

/** The running console, as Electron's events move it. */
export interface Console {
  /** Opens the window, or brings the open one to the front. */
  show(): Promise<void>
  /** Ends everything in reverse order of its start. */
  stop(): Promise<void>
  log: Log
}

const ENGINE_STOP_MS = 5_000
const LOG_FILE_BYTES = 2_000_000
const OLD_LOG_FILES = 3

/**
 * Puts the console together. The engine thread starts at once, while Electron is still on its way to `ready`: a station
 * that comes up shows its stock that much sooner.
 */
export async function composeConsole(config: Config, places: Places): Promise<Console> {
  const userData = places.folder.path
  const { log, flushed } = openConsoleLog(path.join(userData, 'logs', 'console.log'))
  const { settings, notices } = await openSettings(path.join(userData, 'settings.json'))
  const station = await openStationFile(path.join(userData, 'station.json'), { hostName: hostname(), log })
  const startNotices = [places.folder.notice, ...config.notices, ...notices]
  const allNotices = startNotices.filter((notice) => notice !== null)
  for (const notice of allNotices) log.warn('start.notice', notice)

  const bounds = boundsOf(config)
  const vault = app.whenReady().then(() => systemVault(safeStorage, process.platform))
  const registry = openRegistry(bounds.pageOrigin, (window) => engine.forget(window))

  let server = serverToUse(config, settings.server())
  const engine = hostEngine({
    startThread: engineWorker(path.join(places.program, 'main', 'engine-thread.js')),
    boot: {
      directory: path.join(userData, 'mirrors'),
      server,
      demoSignIn: config.demo,
      feed: config.feed,
      appVersion: app.getVersion(),
      station: station.identity,
      nativeBinding: config.sqliteBinding,
    },
    clock: systemClock,
    secrets: openSecrets(path.join(userData, 'secrets.json'), vault, log),
    log,
    post: registry.post,
    broadcast: registry.broadcast,
    news: (news) => desktop.news(news),
    serverConfigured: async (configured) => {
      server = configured
      await settings.keepServer(configured)
    },
  })

  const placements = new Map<number, PlacementKeeper>()
  const windows = openWindowSet({
    file: path.join(userData, 'windows.json'),
    log,
    open: async (no, look, closed) => {
      const placementFile = path.join(userData, no === 1 ? 'window.json' : `window-${no}.json`)
      const keeper = placements.get(no) ?? placementKeeper(placementFile, systemClock, log)
      placements.set(no, keeper)
      const page = config.rendererUrl ?? CONSOLE_PAGE
      const window = await openConsoleWindow({
        title: app.getName(),
        page: `${page}${pageQuery(no, look)}`,
        preload: path.join(places.program, 'preload', 'index.cjs'),
        placementFile,
        placements: keeper,
        registry,
        clock: systemClock,
        log,
      })
      window.on('closed', closed)
      return { bringToFront: () => bringToFront(window) }
    },
  })
  const desktop = desktopNotifications({
    isSupported: () => Notification.isSupported(),
    show: ({ title, body, isUrgent, clicked }) => {
      const shown = new Notification({ title, body, urgency: isUrgent ? 'critical' : 'normal' })
      shown.on('click', clicked)
      shown.show()
    },
    settings,
    bringToFront: () => windows.show(),
    open: (to) => registry.postToFirst('notification.clicked', to),
    log,
  })
  const workFiles = openWorkFiles({ engine, dialogs: systemDialogs, log })
  const paper = await openPaperDesk({
    engine,
    dialogs: systemDialogs,
    log,
    printer: systemPrinter,
    settings,
    send: sendToPrinter,
    noteFile: path.join(userData, 'import.json'),
    read: readInThread,
    now: systemClock.now,
    pause: (delayMs) => new Promise((done) => systemClock.after(delayMs, () => done())),
    changed: (state) => registry.broadcast('paper.changed', state),
  })
  const about = () =>
    aboutConsole({
      version: app.getVersion(),
      electronVersion: process.versions.electron ?? 'unknown',
      resourcesPath: process.resourcesPath,
      config,
      vault,
      notices: allNotices,
    })
  const answerTo = async (
    window: WindowId,
    channel: AskChannel,
    question: unknown,
  ): Promise<Reply<unknown>> => {
    switch (channel) {
      case 'app.about':
        return ok(await about())
      case 'settings.desktop-notifications':
        return desktop.answer(question as Question<'settings.desktop-notifications'>)
      case 'window.open':
        return openWindow(windows, question as Question<'window.open'>)
      case 'station.rename':
        return renameStation({ station, engine, log }, question as Question<'station.rename'>)
      case 'work.export':
        return workFiles.write()
      case 'work.import':
        return workFiles.read()
      default:
        return isPaperChannel(channel)
          ? paper.answer(channel, question as never)
          : engine.ask(window, channel, question)
    }
  }
  const closeDoor = guardIpc({
    ipc: ipcMain,
    identify: registry.identify,
    monotonicMs: systemClock.monotonicMs,
    log,
    answer: async <C extends AskChannel>(window: WindowId, channel: C, question: Question<C>) =>
      (await answerTo(window, channel, question)) as Reply<Answer<C>>,
  })
  hearReady(ipcMain, registry, (window) => log.info('window.ready', { window, sinceStartMs: sinceStartMs() }))
  hardenEveryPage(app, bounds, log)

  await app.whenReady()
  await openSession(config, bounds, places, log)
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuOf(config, bounds)))
  const endSignals = sendSignals({ app, powerMonitor, net, every, server: () => server, send: engine.signal })
  log.info('console.started', {
    version: app.getVersion(),
    electron: process.versions.electron,
    platform: process.platform,
    sinceStartMs: sinceStartMs(),
  })

  return {
    log,
    show: () => windows.show(),
    stop: async () => {
      await windows.ending()
      await Promise.all([...placements.values()].map((keeper) => keeper.flushed()))
      // Gone at once for whoever closed it, and no page is left that could ask.
      for (const window of BrowserWindow.getAllWindows()) window.destroy()
      endSignals()
      closeDoor()
      paper.close()
      const engineEnded = await engine.stop(ENGINE_STOP_MS)
      log.info('console.stopped', { engineEnded })
      await flushed()
    },
  }
}

/** Errors also go to the terminal the console was started from: that is where somebody who looks for one looks first. */
function openConsoleLog(file: string) {
  const written = openLogFile(file, {
    maxBytes: LOG_FILE_BYTES,
    keep: OLD_LOG_FILES,
    lost: (code) => process.stderr.write(`The log ${file} cannot be written (${code}).\n`),
  })
  const sink = (line: string, level: Level) => {
    written.line(line)
    if (level === 'error') process.stderr.write(`${line}\n`)
  }
  return { log: createLog(sink, () => new Date(systemClock.now()).toISOString()), flushed: written.flushed }
}

function boundsOf({ rendererUrl }: Config): Bounds {
  if (rendererUrl === null) return { pageOrigin: CONSOLE_ORIGIN, developmentSocket: null }
  const { origin, host } = new URL(rendererUrl)
  return { pageOrigin: origin, developmentSocket: `ws://${host}` }
}

async function openSession(config: Config, bounds: Bounds, places: Places, log: Log): Promise<void> {
  const windows = session.defaultSession
  await hardenSession(windows, bounds, log)
  windows.protocol.handle(SCHEME, serveConsole(path.join(places.program, 'renderer')))
  const { rendererUrl } = config
  if (rendererUrl === null) return
  windows.webRequest.onHeadersReceived(({ responseHeaders }, answer) => {
    const policy = { 'content-security-policy': [developmentPolicy(rendererUrl)] }
    answer({ responseHeaders: { ...responseHeaders, ...policy } })
  })
}

function menuOf(config: Config, bounds: Bounds) {
  return menuTemplate({
    platform: process.platform,
    appName: app.getName(),
    isDevelopment: bounds.developmentSocket !== null,
    showAbout: () => {
      const runtime = `Electron ${process.versions.electron}, Chromium ${process.versions['chrome']}`
      const standIn = config.developmentRuntime ? '\nA stand-in runtime for development machines.' : ''
      void dialog.showMessageBox({
        type: 'info',
        title: `About ${app.getName()}`,
        message: `${app.getName()} ${app.getVersion()}`,
        detail: `${runtime}${standIn}`,
      })
    },
  })
}

function bringToFront(window: Pick<BrowserWindow, 'isMinimized' | 'restore' | 'show' | 'focus'>): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** Milliseconds since this process began. */
const sinceStartMs = () => Math.round(process.uptime() * 1_000)

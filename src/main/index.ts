import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { app, dialog, protocol } from 'electron'
import { composeConsole, type Console } from './compose.ts'
import { readEnvironment } from './config.ts'
import { errorCode } from './storage/json-file.ts'
import { SCHEME } from './window/console-protocol.ts'

/* Where Electron's events meet the console; what the console is stands in compose.ts. */

const config = readEnvironment(process.env)

// Machines whose system has no sandbox (containers, root) start with --no-sandbox; forcing one there ends at once.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
protocol.registerSchemesAsPrivileged([
  { scheme: SCHEME, privileges: { standard: true, secure: true, codeCache: true } },
])

if (!makeUserData()) app.exit(1)
else if (!app.requestSingleInstanceLock()) app.quit()
else run()

/** The folder must be there, and ours to write, before Electron itself puts its lock and its caches into it. */
function makeUserData(): boolean {
  const folder = config.userData ?? app.getPath('userData')
  try {
    mkdirSync(path.join(folder, 'chromium'), { recursive: true })
  } catch (error) {
    const why = errorCode(error)
    dialog.showErrorBox(
      'Smart Shelf Console cannot start',
      `It cannot write to its folder ${folder} (${why}). Free some space or allow writing there, then start it again.`,
    )
    return false
  }
  app.setPath('userData', folder)
  app.setPath('sessionData', path.join(folder, 'chromium'))
  return true
}

function run(): void {
  const starting = composeConsole(config, {
    program: path.dirname(import.meta.dirname),
    userData: app.getPath('userData'),
  })
  const withConsole = (use: (console: Console) => Promise<void> | void) => {
    starting.then(use).catch((error: unknown) => {
      process.stderr.write(`The console failed: ${error instanceof Error ? error.stack : String(error)}\n`)
      app.exit(1)
    })
  }

  withConsole((console) => console.show())
  app.on('second-instance', () => withConsole((console) => console.show()))
  app.on('activate', () => withConsole((console) => console.show()))
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })

  let end: 'not-asked' | 'on-its-way' | 'done' = 'not-asked'
  app.on('before-quit', (event) => {
    if (end === 'done') return
    event.preventDefault()
    if (end === 'on-its-way') return
    end = 'on-its-way'
    withConsole(async (console) => {
      await console.stop()
      end = 'done'
      app.quit()
    })
  })

  process.on('uncaughtException', (error) => withConsole(({ log }) => log.error('main.uncaught', { error })))
  process.on('unhandledRejection', (error) =>
    withConsole(({ log }) => log.error('main.unhandled', { error })),
  )
}

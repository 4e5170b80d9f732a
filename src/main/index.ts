import { rmSync } from 'node:fs'
import path from 'node:path'
import { app, protocol } from 'electron'
import { composeConsole, type Console } from './compose.ts'
import { readEnvironment } from './config.ts'
import { openUserFolder } from './storage/user-folder.ts'
import { SCHEME } from './window/console-protocol.ts'

/* Where Electron's events meet the console; what the console is stands in compose.ts. */

const config = readEnvironment(process.env)

// Machines whose system has no sandbox (containers, root) start with --no-sandbox; forcing one there ends at once.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
protocol.registerSchemesAsPrivileged([
  { scheme: SCHEME, privileges: { standard: true, secure: true, codeCache: true } },
])

const folder = openUserFolder(config.userData ?? app.getPath('userData'))
app.setPath('sessionData', folder.chromium)
app.setPath('crashDumps', path.join(folder.chromium, 'crashes'))
// Electron puts the lock of the single instance here; it has no use for a folder it cannot write to.
app.setPath('userData', folder.notice === null ? folder.path : folder.chromium)

if (folder.notice !== null) app.on('quit', () => rmSync(folder.chromium, { recursive: true, force: true }))

if (app.requestSingleInstanceLock()) run()
else app.quit()

function run(): void {
  const starting = composeConsole(config, { program: path.dirname(import.meta.dirname), folder })
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

import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Configuration } from 'electron-builder'
import type { Runtime } from '../electron-runtime/index.ts'

export const developmentOutput = 'dist/development-runtime'

/** The sentence in the folder of an app packed with the development runtime. */
export const developmentNotice = (version: string) =>
  `This app runs on Electron ${version}, a stand-in for development and tests that is no longer maintained.\n` +
  'It is for trying out the packaging. Do not hand it on.\n'

/**
 * What electron-builder.yml does not know: the runtime at hand. The product's own needs nothing; the development runtime is taken
 * from where it lies, with the binding made for it, and is marked three times: by its folder, by a text in it, and by a file
 * that the running app finds.
 *
 * @param marks folder with `DEVELOPMENT-RUNTIME.txt` and `development-runtime`
 */
export function configurationFor(runtime: Runtime, marks: string): Configuration {
  if (runtime.kind === 'official') return {}
  const binding = runtime.env['SMART_SHELF_SQLITE_BINDING'] ?? ''
  return {
    directories: { output: developmentOutput },
    electronDist: dirname(runtime.executablePath),
    electronVersion: runtime.version,
    // Its switches stay as they are: nobody is protected by a runtime nobody should be given.
    electronFuses: null,
    extraFiles: [{ from: join(marks, 'DEVELOPMENT-RUNTIME.txt'), to: 'DEVELOPMENT-RUNTIME.txt' }],
    extraResources: [{ from: join(marks, 'development-runtime'), to: 'development-runtime' }],
    afterPack: ({ appOutDir }) => rm(join(appOutDir, 'resources', 'default_app.asar')),
    // The place where better-sqlite3 looks first.
    files: [{ from: dirname(binding), to: 'node_modules/better-sqlite3/build/Release', filter: ['*.node'] }],
  }
}

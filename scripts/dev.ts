import { join } from 'node:path'
import { forgetBuild } from './launch/build.ts'
import { startChild } from './launch/child.ts'
import { prepare } from './launch/console.ts'
import { projectFolder } from './launch/folders.ts'
import { runSession } from './launch/main.ts'
import { passOn } from './launch/notes.ts'

/* `npm run dev`: as `npm start`, but straight from the sources: the window reloads, and the main process restarts, on change. */

await runSession(async ({ say, onStop }) => {
  await forgetBuild()
  const { runtime, env } = await prepare(say, onStop)
  const vite = await startChild(
    process.execPath,
    [
      join(projectFolder, 'node_modules/electron-vite/bin/electron-vite.js'),
      'dev',
      '--watch',
      '--',
      ...runtime.args,
    ],
    {
      env: { ...env, ELECTRON_EXEC_PATH: runtime.executablePath },
      cwd: projectFolder,
      onStdout: null,
      onStderr: passOn,
    },
  )
  onStop(() => vite.stop())
  const { code } = await vite.ended
  return code ?? 1
})

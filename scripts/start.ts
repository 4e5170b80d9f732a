import { join } from 'node:path'
import { buildIfStale } from './launch/build.ts'
import { startChild } from './launch/child.ts'
import { prepare } from './launch/console.ts'
import { projectFolder } from './launch/folders.ts'
import { runSession } from './launch/main.ts'
import { passOn } from './launch/notes.ts'

/* `npm start`: the console on the embedded backend, or on the project named by SUPABASE_URL and SUPABASE_ANON_KEY. */

await runSession(async ({ say, onStop }) => {
  await buildIfStale(say)
  const { runtime, env } = await prepare(say, onStop)
  const console = await startChild(runtime.executablePath, [...runtime.args, projectFolder], {
    env,
    cwd: projectFolder,
    onStdout: null,
    onStderr: passOn,
  })
  onStop(() => console.stop())
  say(
    `The console is open (${join('out', 'main', 'index.js')}, process ${console.pid}). Ctrl-C ends everything.`,
  )
  const { code } = await console.ended
  return code ?? 1
})

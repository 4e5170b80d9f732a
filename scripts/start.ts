import { join } from 'node:path'
import { buildIfStale } from './launch/build.ts'
import { startChild } from './launch/child.ts'
import { prepare } from './launch/console.ts'
import { projectFolder } from './launch/folders.ts'
import { runSession } from './launch/main.ts'

/* `npm start`: the console on the embedded backend, or on the project named by SUPABASE_URL and SUPABASE_ANON_KEY. */

/** Notes that are true and of no use here: Chromium's on a bare system, a library's on the Node inside the stand-in Electron. */
const notes = /^(\[\d+:\d+\/\d+\.\d+:(INFO|WARNING|ERROR):|⚠️ {2}Node\.js 20 and below are deprecated)/u
const verbose = process.env['SMART_SHELF_VERBOSE'] === '1'

await runSession(async ({ say, onStop }) => {
  await buildIfStale(say)
  const { runtime, env } = await prepare(say, onStop)
  const console = await startChild(runtime.executablePath, [...runtime.args, projectFolder], {
    env,
    cwd: projectFolder,
    onStdout: null,
    onStderr: (line) => {
      if (verbose || !notes.test(line)) process.stderr.write(`${line}\n`)
    },
  })
  onStop(() => console.stop())
  say(
    `The console is open (${join('out', 'main', 'index.js')}, process ${console.pid}). Ctrl-C ends everything.`,
  )
  const { code } = await console.ended
  return code ?? 1
})

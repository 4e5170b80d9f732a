import { join } from 'node:path'
import { buildIfStale } from './launch/build.ts'
import { startChild } from './launch/child.ts'
import { prepare } from './launch/console.ts'
import { projectFolder } from './launch/folders.ts'
import { runSession } from './launch/main.ts'

/* `npm start`: the console on the embedded backend, or on the project named by SUPABASE_URL and SUPABASE_ANON_KEY. */

/** Chromium's own notes on a bare system (no message bus, no graphics card): true, and of no use to anybody here. */
const chromiumNote = /^\[\d+:\d+\/\d+\.\d+:(INFO|WARNING|ERROR):/
const verbose = process.env['SMART_SHELF_VERBOSE'] === '1'

await runSession(async ({ say, onStop }) => {
  await buildIfStale(say)
  const { runtime, env } = await prepare(say, onStop)
  const console = await startChild(runtime.executablePath, [...runtime.args, projectFolder], {
    env,
    cwd: projectFolder,
    onStdout: null,
    onStderr: (line) => {
      if (verbose || !chromiumNote.test(line)) process.stderr.write(`${line}\n`)
    },
  })
  onStop(() => console.stop())
  say(
    `The console is open (${join('out', 'main', 'index.js')}, process ${console.pid}). Ctrl-C ends everything.`,
  )
  const { code } = await console.ended
  return code ?? 1
})

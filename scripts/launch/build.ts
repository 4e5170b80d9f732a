import { createHash } from 'node:crypto'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { lastLines, run } from '../electron-runtime/run.ts'
import { PlainError, type Say } from '../electron-runtime/index.ts'
import { projectFolder } from './folders.ts'

const electronVite = join(projectFolder, 'node_modules/electron-vite/bin/electron-vite.js')
const stamp = join(projectFolder, 'out/built-from.txt')
const sources = [
  'src/main',
  'src/preload',
  'src/renderer',
  'src/shared',
  'package-lock.json',
  'electron.vite.config.ts',
]

/** Builds the console into `out/`, and notes what it was built from. */
export async function build(): Promise<void> {
  const from = await fingerprint()
  const finished = await run(process.execPath, [electronVite, 'build'], { cwd: projectFolder })
  if (finished.code !== 0) {
    throw new PlainError(
      `The console could not be built:\n${lastLines(finished.stdout + finished.stderr, 40)}`,
    )
  }
  await writeFile(stamp, from)
}

/** For those who put something else into `out/`: the next `buildIfStale` builds. */
export async function forgetBuild(): Promise<void> {
  await rm(stamp, { force: true })
}

/** Builds unless `out/` was built from just these sources. */
export async function buildIfStale(say: Say): Promise<void> {
  const built = await readFile(stamp, 'utf8').catch(() => null)
  if (built === (await fingerprint())) return
  say('Building the console.')
  await build()
}

/** Names, sizes and times of every file the build reads. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  for (const path of await filesOf(sources.map((source) => join(projectFolder, source)))) {
    const { size, mtimeMs } = await stat(path)
    hash.update(`${relative(projectFolder, path)} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

async function filesOf(paths: readonly string[]): Promise<string[]> {
  const files: string[] = []
  for (const path of paths) {
    if ((await stat(path)).isFile()) {
      files.push(path)
      continue
    }
    const names = (await readdir(path)).sort().map((name) => join(path, name))
    files.push(...(await filesOf(names)))
  }
  return files
}

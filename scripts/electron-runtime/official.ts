import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { cacheFolder, exists } from './cache.ts'
import { officialVersion } from './pins.ts'
import { lastLines, run } from './run.ts'

const packageFolder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))

/** Path of the official binary when it is unpacked in node_modules and of the pinned version, else null. */
export async function findOfficial(): Promise<string | null> {
  const read = (name: string) => readFile(join(packageFolder, name), 'utf8').catch(() => null)
  const [version, program] = await Promise.all([read('dist/version'), read('path.txt')])
  if (version?.trim().replace(/^v/, '') !== officialVersion || program === null) return null
  const path = join(packageFolder, 'dist', program)
  return (await exists(path)) ? path : null
}

export type Install = { ok: true; path: string } | { ok: false; why: string }

/**
 * Runs the installer of the `electron` package, which downloads from Electron's release page (or ELECTRON_MIRROR).
 *
 * @param timeoutMs ends a download that drips; a page that cannot be reached at all is known after ten seconds by itself.
 */
export async function installOfficial(timeoutMs: number): Promise<Install> {
  const finished = await run(process.execPath, [join(packageFolder, 'install.js')], { timeoutMs })
  const path = finished.code === 0 ? await findOfficial() : null
  if (path !== null) return { ok: true, path }
  if (finished.timedOut) return { ok: false, why: `the download took longer than ${timeoutMs / 1000} s` }
  return { ok: false, why: reasonIn(finished.stderr) }
}

/** The sentence in an installer's stack trace that says what went wrong. */
export function reasonIn(output: string): string {
  const lines = output.split('\n').map((line) => line.trim())
  const cause = lines.find((line) => /\b(E[A-Z]{4,}|UND_ERR_\w+|HTTPError|Response code)\b/.test(line))
  return (cause ?? lastLines(output, 1)).replace(/^\[cause\]:\s*/, '').replace(/\s*\{$/, '')
}

/** How long a failed download is believed before it is tried again. */
const UNREACHABLE_FOR_MS = 24 * 3_600_000
const unreachableMark = () => join(cacheFolder(), `electron-${officialVersion}-unreachable.txt`)

export async function wasLatelyUnreachable(): Promise<boolean> {
  const mark = await stat(unreachableMark()).catch(() => null)
  return mark !== null && Date.now() - mark.mtimeMs < UNREACHABLE_FOR_MS
}

export async function rememberUnreachable(why: string): Promise<void> {
  await mkdir(cacheFolder(), { recursive: true })
  await writeFile(unreachableMark(), `${why}\nDelete this file to try again at once.\n`)
}

import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Say } from './say.ts'

/** Where things built once per machine rest: outside node_modules, so that `npm ci` does not throw them away. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const base = env['XDG_CACHE_HOME'] ?? ''
  return join(base === '' ? join(homedir(), '.cache') : base, 'smart-shelf-console')
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') return false
      throw error
    },
  )
}

/**
 * Makes the folder `target` once. `build` fills a folder beside it, which is renamed when complete: a crash or a full disk never
 * leaves a half-made one under the real name. A second process that wants the same waits for the first.
 */
export async function buildOnce(
  target: string,
  say: Say,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  if (await exists(target)) return target
  await mkdir(dirname(target), { recursive: true })
  const unlock = await lock(`${target}.lock`, say)
  try {
    if (await exists(target)) return target
    await clearWorkshops(target)
    const workshop = await mkdtemp(`${target}.part-`)
    try {
      await build(workshop)
      await rename(workshop, target)
    } finally {
      await rm(workshop, { recursive: true, force: true })
    }
    return target
  } finally {
    await unlock()
  }
}

/** What builds that were killed left behind; nobody else is building while we hold the lock. */
async function clearWorkshops(target: string): Promise<void> {
  const names = await readdir(dirname(target))
  const left = names.filter((name) => name.startsWith(`${basename(target)}.part-`))
  await Promise.all(left.map((name) => rm(join(dirname(target), name), { recursive: true, force: true })))
}

/** A lock is a folder with its holder's process id inside; one whose holder is gone is taken over. */
async function lock(folder: string, say: Say): Promise<() => Promise<void>> {
  let told = false
  for (;;) {
    if (await tryLock(folder)) return () => rm(folder, { recursive: true, force: true })
    if (await holderIsGone(folder)) {
      await rm(folder, { recursive: true, force: true })
      continue
    }
    if (!told) say(`Another process is preparing the same thing; waiting for it (${folder}).`)
    told = true
    await sleep(250)
  }
}

async function tryLock(folder: string): Promise<boolean> {
  try {
    await mkdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  await writeFile(join(folder, 'pid'), String(process.pid))
  return true
}

/** How long a lock may be without its process id: the moment between making the folder and writing the file. */
const SETTLING_MS = 5_000

async function holderIsGone(folder: string): Promise<boolean> {
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => ''))
  if (pid > 0) return !isAlive(pid)
  const made = await stat(folder).catch(() => null)
  return made !== null && Date.now() - made.mtimeMs > SETTLING_MS
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

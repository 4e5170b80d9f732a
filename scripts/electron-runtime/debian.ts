import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { lastLines, run } from './run.ts'
import { PlainError, type Say } from './say.ts'
import { missingLibraries, planPackages } from './system-libraries.ts'

/** Sonames that `program` is linked to and this system does not have. Linux only. */
export async function missingFor(program: string): Promise<string[]> {
  const { stdout } = await run('ldd', [program])
  return missingLibraries(stdout)
}

/** Those of `names` that are not in PATH. */
export async function missingPrograms(names: readonly string[]): Promise<string[]> {
  const missing: string[] = []
  for (const name of names) if (!(await isInPath(name))) missing.push(name)
  return missing
}

async function isInPath(name: string): Promise<boolean> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const found = await access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return true
  }
  return false
}

/**
 * Brings what is missing: as root with apt-get, otherwise by telling the person the exact command and stopping (PlainError).
 *
 * @param needs sonames and program names, as `missingFor` and `missingPrograms` give them
 */
export async function bring(needs: readonly string[], say: Say): Promise<void> {
  if (needs.length === 0) return
  const list = needs.join(', ')
  if (!(await isInPath('apt-get'))) {
    throw new PlainError(
      `This system lacks ${list}. Please install what brings them, then run the same command again.`,
    )
  }
  const root = process.getuid?.() === 0
  if (root) {
    say(`This system lacks ${list}.`)
    await readPackageLists(say)
  }
  const { packages, unknown } = await planPackages(needs, isOffered)
  if (unknown.length > 0) {
    throw new PlainError(`This system lacks ${unknown.join(', ')}, and no known Debian package brings it.`)
  }
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`
  if (!root) {
    throw new PlainError(
      `This system lacks ${list}. Please run this, then the same command again:\n\n  sudo ${command}\n`,
    )
  }
  say(`Installing ${packages.join(', ')} with apt-get.`)
  await aptGet(['install', '-y', '-qq', '--no-install-recommends', ...packages])
  say('Installed.')
}

let listsAreRead = false

async function readPackageLists(say: Say): Promise<void> {
  if (listsAreRead) return
  say("Reading Debian's package lists.")
  await aptGet(['update', '-qq'])
  listsAreRead = true
}

async function isOffered(name: string): Promise<boolean> {
  const { stdout } = await run('apt-cache', ['policy', name], { env: { ...process.env, LC_ALL: 'C' } })
  return /Candidate: (?!\(none\))/.test(stdout)
}

async function aptGet(args: string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const finished = await run('apt-get', args, { env })
  if (finished.code === 0) return
  throw new PlainError(
    `apt-get ${args.join(' ')} failed (code ${finished.code}):\n${lastLines(finished.stderr)}`,
  )
}

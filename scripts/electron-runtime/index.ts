import { wishFrom, waysToRuntime, type Step } from './choice.ts'
import { bring, missingFor, missingPrograms } from './debian.ts'
import { ensureDevelopmentRuntime } from './development.ts'
import { findOfficial, installOfficial, rememberUnreachable, wasLatelyUnreachable } from './official.ts'
import { developmentRuntime, officialVersion } from './pins.ts'
import { readSandboxFacts, switchesFor } from './sandbox.ts'
import { PlainError, type Say } from './say.ts'
import { ensureSqliteBinding, isSqliteBindingReady } from './sqlite-binding.ts'
import { hasDisplay } from './virtual-display.ts'

export { PlainError, type Say } from './say.ts'
export { ensureDisplay, type Display } from './virtual-display.ts'

/** An Electron that runs on this machine. */
export interface Runtime {
  kind: 'official' | 'development'
  /** Of Electron, e.g. `45.4.1`. */
  version: string
  executablePath: string
  /** To add to the app's environment. */
  env: Record<string, string>
  /** Switches to put before the app's path. */
  args: string[]
}

/** A download that drips is given up after this long: sooner where there is another way. */
const PATIENCE_MS = { 'with-another-way': 5 * 60_000, 'only-way': 30 * 60_000 }

/**
 * Finds, installs or builds an Electron for this machine, with the system libraries it needs, and says which one it is.
 *
 * @throws PlainError with what the person can do about it.
 */
export async function ensureRuntime(say: Say): Promise<Runtime> {
  const runtime = await firstThatWorks(say)
  const facts = await readSandboxFacts()
  if (facts.platform === 'linux' && !facts.isRoot && facts.userNamespaces === 'refused') {
    say('This system refuses user namespaces, so the window runs without the Chromium sandbox.')
  }
  return { ...runtime, args: switchesFor(facts) }
}

async function firstThatWorks(say: Say): Promise<Runtime> {
  const ways = waysToRuntime({
    platform: process.platform,
    arch: process.arch,
    wish: wishFrom(process.env),
    officialInstalled: (await findOfficial()) !== null,
    officialLatelyUnreachable: await wasLatelyUnreachable(),
  })
  for (const [at, way] of ways.entries()) {
    const runtime = await take(way, at === ways.length - 1, say)
    if (runtime !== null) return runtime
  }
  throw new PlainError(
    `Electron ${officialVersion} is not installed and could not be fetched. ` +
      'Where its release page cannot be reached, point ELECTRON_MIRROR at a mirror of it and run the same command again.',
  )
}

async function take(way: Step, isLast: boolean, say: Say): Promise<Runtime | null> {
  switch (way) {
    case 'use-official': {
      const path = await findOfficial()
      return path === null ? null : official(path, say)
    }
    case 'install-official': {
      say(`Fetching Electron ${officialVersion} from its release page.`)
      const install = await installOfficial(PATIENCE_MS[isLast ? 'only-way' : 'with-another-way'])
      if (install.ok) return official(install.path, say)
      say(`Electron ${officialVersion} cannot be had here: ${install.why}.`)
      if (!isLast) await rememberUnreachable(install.why)
      return null
    }
    case 'use-development':
      return development(say)
  }
}

async function official(executablePath: string, say: Say): Promise<Runtime> {
  await bring(await systemNeeds(executablePath), say)
  say(`Running on Electron ${officialVersion}.`)
  return { kind: 'official', version: officialVersion, executablePath, env: {}, args: [] }
}

async function development(say: Say): Promise<Runtime> {
  const executablePath = await ensureDevelopmentRuntime(say)
  const compilers = (await isSqliteBindingReady()) ? [] : await missingPrograms(['gcc', 'g++'])
  await bring([...(await systemNeeds(executablePath)), ...compilers], say)
  const binding = await ensureSqliteBinding(executablePath, say)
  const version = developmentRuntime.electronVersion
  say(
    `Running on Electron ${version}, a stand-in for development and tests; the product's own is ${officialVersion}.`,
  )
  return {
    kind: 'development',
    version,
    executablePath,
    env: { SMART_SHELF_SQLITE_BINDING: binding, SMART_SHELF_RUNTIME: 'development' },
    args: [],
  }
}

/** All at once, so that a person without root's rights is asked once. */
async function systemNeeds(program: string): Promise<string[]> {
  if (process.platform !== 'linux') return []
  const display = hasDisplay() ? [] : await missingPrograms(['Xvfb'])
  return [...(await missingFor(program)), ...display]
}

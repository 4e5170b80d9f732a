import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildOnce, cacheFolder, exists } from './cache.ts'
import { developmentBinding as pin } from './pins.ts'
import { lastLines, run } from './run.ts'
import { PlainError, type Say } from './say.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const require = createRequire(import.meta.url)
const sqlite = dirname(require.resolve('better-sqlite3/package.json'))

const bindingFile = 'better_sqlite3.node'

/*
 * better-sqlite3 ships a binding for Node-API 10; the development runtime knows version 9. So it is compiled here from the package's
 * own source, for 9, with a header that stands in for the one thing it needs beyond that. The compiler is called directly, with the
 * C headers from npm: no node-gyp, no Python, no download.
 */
const addonDefines = [
  'NDEBUG',
  'NAPI_VERSION=9',
  'NAPI_DISABLE_CPP_EXCEPTIONS',
  'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
  'BUILDING_NODE_EXTENSION',
]

const bindingFolder = () =>
  join(cacheFolder(), `better-sqlite3-${pin.packageVersion}-napi9-linux-x64-${pin.recipe}`)

/** Whether the binding was compiled before, so that no compiler is needed. */
export const isSqliteBindingReady = () => exists(bindingFolder())

/**
 * Path of a binding for the development runtime, for better-sqlite3's `nativeBinding`; compiled the first time (40 s), and kept
 * only when that runtime could work with it.
 */
export async function ensureSqliteBinding(runtime: string, say: Say): Promise<string> {
  const folder = await buildOnce(bindingFolder(), say, async (workshop) => {
    await compile(workshop, say)
    await prove(runtime, join(workshop, bindingFile))
    say('better-sqlite3 is compiled, and the runtime can use it.')
  })
  return join(folder, bindingFile)
}

async function compile(folder: string, say: Say): Promise<void> {
  say(
    `Compiling better-sqlite3 ${pin.packageVersion} for the development runtime (about 40 s, once per machine).`,
  )
  const sqliteDefines = definesIn(await readFile(join(sqlite, 'deps/defines.gypi'), 'utf8'))
  const include = [
    join(sqlite, 'deps/sqlite3'),
    dirname(require.resolve('node-addon-api')),
    join(dirname(require.resolve('node-api-headers/package.json')), 'include'),
  ].map((path) => `-I${path}`)
  const common = ['-c', '-O2', '-fPIC', '-w', ...include]
  const [engine, addon] = [join(folder, 'sqlite3.o'), join(folder, 'addon.o')]
  await Promise.all([
    compiler('gcc', [
      ...common,
      ...['NDEBUG', ...sqliteDefines].map((name) => `-D${name}`),
      join(sqlite, 'deps/sqlite3/sqlite3.c'),
      ...['-o', engine],
    ]),
    compiler('g++', [
      ...common,
      ...['-std=c++20', '-fvisibility=hidden', '-fvisibility-inlines-hidden'],
      ...['-include', join(here, 'string-references.h')],
      ...addonDefines.map((name) => `-D${name}`),
      join(sqlite, 'src/better_sqlite3.cpp'),
      ...['-o', addon],
    ]),
  ])
  const output = join(folder, bindingFile)
  await compiler('g++', ['-shared', '-s', '-Wl,-Bsymbolic', addon, engine, '-ldl', '-lpthread', '-o', output])
}

/** The names in a gypi file's `defines` list, e.g. `SQLITE_DQS=0`. */
export function definesIn(gypi: string): string[] {
  const list = /'defines':\s*\[([^\]]*)\]/.exec(gypi)?.[1]
  if (list === undefined)
    throw new PlainError('better-sqlite3 no longer states its compile options as expected.')
  return [...list.matchAll(/'([^']+)'/g)].map((match) => match[1] as string)
}

async function compiler(program: 'gcc' | 'g++', args: string[]): Promise<void> {
  const finished = await run(program, args)
  if (finished.code === 0) return
  throw new PlainError(`Compiling better-sqlite3 with ${program} failed:\n${lastLines(finished.stderr, 12)}`)
}

/** Works with the binding in the runtime it was made for, garbage collection and worker threads included. */
async function prove(runtime: string, binding: string): Promise<void> {
  // A small nursery has more collections in it.
  const node = ['--expose-gc', '--max-semi-space-size=1']
  const finished = await run(runtime, [...node, join(here, 'prove-sqlite.cjs'), sqlite, binding], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    timeoutMs: 180_000,
  })
  if (finished.code === 0) return
  throw new PlainError(
    `The compiled better-sqlite3 does not work in the development runtime:\n${lastLines(finished.stderr)}`,
  )
}

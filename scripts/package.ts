import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build as pack } from 'electron-builder'
import { ensureRuntime, PlainError } from './electron-runtime/index.ts'
import { build } from './launch/build.ts'
import { projectFolder } from './launch/folders.ts'
import { configurationFor, developmentNotice, developmentOutput } from './package/configuration.ts'

/* `npm run package`: installers for this system; with `-- --dir` an unpacked app that can be started where it is. */

const say = (sentence: string) => console.log(sentence)

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { dir: { type: 'boolean', default: false } } })
  const runtime = await ensureRuntime(say)
  if (runtime.kind === 'development' && !values.dir) {
    throw new PlainError(
      `No installer is made with Electron ${runtime.version}: it is a stand-in for development and must not be handed on. ` +
        'Run this where the official Electron can be fetched, or use "npm run package -- --dir" to try the packaging.',
    )
  }
  say('Building the console.')
  await build()
  const marks = await mkdtemp(join(tmpdir(), 'smart-shelf-marks-'))
  try {
    for (const name of ['DEVELOPMENT-RUNTIME.txt', 'development-runtime']) {
      await writeFile(join(marks, name), developmentNotice(runtime.version))
    }
    await pack({
      projectDir: projectFolder,
      dir: values.dir,
      publish: 'never',
      config: { extends: 'electron-builder.yml', ...configurationFor(runtime, marks) },
    })
    const output = runtime.kind === 'official' ? 'dist' : developmentOutput
    say(
      values.dir
        ? `The app is in ${output}, in the folder ending in -unpacked.`
        : `The installers are in ${output}.`,
    )
  } finally {
    await rm(marks, { recursive: true, force: true })
  }
}

try {
  await main()
} catch (error) {
  console.error(error instanceof PlainError ? error.message : error)
  process.exitCode = 1
}

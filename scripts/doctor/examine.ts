import { access, constants, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { mirrorFiles } from '../lib/mirror-files.ts'
import { projectFolder } from '../launch/folders.ts'
import { askServer } from './ask-server.ts'
import { findServer } from './find-server.ts'
import { judge } from './judge.ts'
import { readMirror } from './read-mirror.ts'
import type { Finding, MirrorReport, Report, ServerReport } from './report.ts'

export interface ExamineOptions {
  folder: string
  /** Signs in as this user and compares their mirror with the server, row numbers by row numbers. */
  signIn: { email: string; password: string } | null
  env: NodeJS.ProcessEnv
  now: () => number
}

/** The folder is not there or cannot be entered. */
export class CannotLook extends Error {
  override readonly name = 'CannotLook'
}

/** Examines a console's folder, whether it runs or not. @throws CannotLook */
export async function examine({ folder, signIn, env, now }: ExamineOptions): Promise<Report> {
  const files = await mirrorsIn(folder)
  const at = now()
  const mirrors = files.map((file) => readMirror(file, at)).sort(newestFirst)
  const found = await findServer(folder, mirrors.find(({ server }) => server !== null)?.server ?? null, env)
  const own: Finding[] = []
  let server: ServerReport | null = null
  if (found !== null) {
    const asked = await askServer(found)
    try {
      server = asked.report
      if (signIn !== null && server.answer.kind === 'answers') {
        const user = await asked.signIn(signIn.email, signIn.password)
        if ('failed' in user) own.push(notSignedIn(signIn.email, user.failed))
        else await compareTheirs(mirrors, user.userId, asked.compare)
      }
    } finally {
      await asked.stop()
    }
  }
  const facts = {
    at: new Date(at).toISOString(),
    version: await versionHere(),
    runtime: `Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    folder,
    server,
    mirrors,
  }
  const { problems, notes } = judge(facts)
  return { ...facts, problems: [...problems, ...own], notes }
}

const notSignedIn = (email: string, why: string): Finding => ({
  problem: `Signing in as ${email} failed: ${why}`,
  advice: 'Check the email and the password. The live comparison was left out.',
})

async function compareTheirs(
  mirrors: MirrorReport[],
  userId: string,
  compare: (mirror: MirrorReport) => Promise<MirrorReport['comparison']>,
): Promise<void> {
  for (const mirror of mirrors) {
    if (mirror.owner === userId && mirror.trouble === null) mirror.comparison = await compare(mirror)
  }
}

async function mirrorsIn(folder: string): Promise<string[]> {
  try {
    await access(folder, constants.R_OK | constants.X_OK)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const why = code === 'ENOENT' ? 'There is no folder' : `Nobody may look into (${code})`
    throw new CannotLook(`${why} ${folder}. Has a console run here? Name its folder with --user-data.`)
  }
  try {
    return await mirrorFiles(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new CannotLook(`The mirrors in ${folder} cannot be listed: ${String(error)}`)
  }
}

const newestFirst = (left: MirrorReport, right: MirrorReport): number =>
  Number(right.inUse) - Number(left.inUse) || (right.asOf ?? '').localeCompare(left.asOf ?? '')

async function versionHere(): Promise<string> {
  const text = await readFile(join(projectFolder, 'package.json'), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}

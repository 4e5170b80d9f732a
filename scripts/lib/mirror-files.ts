import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** The mirror files of a console's folder. */
export async function mirrorFiles(userDataDir: string): Promise<string[]> {
  const folder = join(userDataDir, 'mirrors')
  const names = await readdir(folder)
  return names.filter((name) => /^mirror-.*\.db$/.test(name)).map((name) => join(folder, name))
}

/** The mirror of a console that has worked on one project, as one user. */
export async function onlyMirror(userDataDir: string): Promise<string> {
  const [file, ...others] = await mirrorFiles(userDataDir)
  if (file === undefined || others.length > 0) throw new Error(`Expected one mirror file in ${userDataDir}.`)
  return file
}

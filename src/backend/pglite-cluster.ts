import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'

/*
 * Making a new database cluster takes PGlite seconds, and the result is always the same. So its files are made once for each
 * version of PGlite, kept in the project's cache folder, and unpacked from there: tests start many backends.
 */

const CACHE = fileURLToPath(new URL('../../.cache/pglite/', import.meta.url))

/** The files of a new cluster as a tar archive, or null when they can neither be found nor kept here. */
export async function newClusterFiles(): Promise<Blob | null> {
  const path = join(CACHE, `${clusterName()}.tar`)
  if (existsSync(path)) return new Blob([readFileSync(path)])
  try {
    mkdirSync(CACHE, { recursive: true })
  } catch (error) {
    // A read-only installation: the cluster is made anew each time.
    if (isFileError(error)) return null
    throw error
  }
  const pglite = await PGlite.create()
  const files = await pglite.dumpDataDir('none')
  await pglite.close()
  keep(path, Buffer.from(await files.arrayBuffer()))
  return files
}

/**
 * Makes a cluster in `dataDir` when there is none. It is made beside and moved there when it is whole: a start that is cut
 * short leaves nothing that looks like a database.
 */
export async function ensureCluster(dataDir: string): Promise<void> {
  if (existsSync(join(dataDir, 'PG_VERSION'))) return
  const draft = `${dataDir}.new`
  rmSync(draft, { recursive: true, force: true })
  const files = await newClusterFiles()
  const pglite = await PGlite.create({ dataDir: draft, ...(files && { loadDataDir: files }) })
  await pglite.close()
  renameSync(draft, dataDir)
}

/** Another process may do the same at the same time: the file appears whole or not at all. */
function keep(path: string, bytes: Uint8Array): void {
  const draft = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}`
  try {
    writeFileSync(draft, bytes)
    renameSync(draft, path)
    for (const file of readdirSync(CACHE)) {
      const other = join(CACHE, file)
      if (other !== path && file.endsWith('.tar')) rmSync(other, { force: true })
    }
  } catch (error) {
    rmSync(draft, { force: true })
    // A full disk: nothing is kept, and nothing is lost.
    if (!isFileError(error)) throw error
  }
}

function clusterName(): string {
  const program = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  const { version } = JSON.parse(readFileSync(join(dirname(program), '..', 'package.json'), 'utf8')) as {
    version: string
  }
  return `cluster-${version}`
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

import { createWriteStream } from 'node:fs'
import { chmod, mkdir } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'

/**
 * Unpacks those entries of a zip that `place` gives a path (relative to `folder`); null leaves one out. Keeps the executable bit.
 * yauzl refuses absolute paths and `..` in names; what `place` answers is held to the folder too.
 */
export async function unzip(
  zip: string,
  folder: string,
  place: (name: string) => string | null,
): Promise<number> {
  const file = await yauzl.openPromise(zip)
  let count = 0
  try {
    for await (const entry of file.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue
      const target = place(entry.fileName)
      if (target === null) continue
      await unpack(file, entry, inside(folder, target))
      count++
    }
  } finally {
    file.close()
  }
  return count
}

function inside(folder: string, target: string): string {
  const path = join(folder, target)
  if (relative(folder, path).startsWith('..')) throw new RangeError(`"${target}" leaves the folder.`)
  return path
}

async function unpack(file: ZipFile, entry: Entry, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await pipeline(await file.openReadStreamPromise(entry), createWriteStream(path))
  const mode = (entry.externalFileAttributes >>> 16) & 0o777
  if (mode & 0o111) await chmod(path, 0o755)
}

import { mkdir, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'

/**
 * Replaces a file as a whole: after a crash or a power cut there is the old text or the new one, never half of it.
 * Writers of one file take turns.
 * @param file absolute path; its folder is made
 * @param text the whole new content; text as UTF-8
 * @param mode permission bits of the new file; by default only its owner may read it
 * @param draft where it is written first, in the same folder; always the same name, so that what a crash left is written over
 * @throws the system's error (ENOSPC, EROFS, …), with the old file untouched
 */
export async function writeAtomically(
  file: string,
  text: string | Uint8Array,
  mode = 0o600,
  draft = `${file}.tmp`,
): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  try {
    const handle = await open(draft, 'w', mode)
    try {
      await handle.writeFile(text, 'utf8')
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** Runs tasks one after another, in the order they were given; one that fails does not stop the next. */
export function oneAfterAnother(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const mine = last.then(task, task)
    last = mine
    return mine
  }
}

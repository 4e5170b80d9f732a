import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterwards } from './afterwards.ts'

export const benchFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'shelf-bench-'))
export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })

/** A folder that is there until the run is over. */
export async function keptFolder(): Promise<string> {
  const folder = await benchFolder()
  afterwards(() => removeFolder(folder))
  return folder
}

/** Gives work a folder of its own, and takes it away afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await benchFolder()
  try {
    return await work(folder)
  } finally {
    await removeFolder(folder)
  }
}

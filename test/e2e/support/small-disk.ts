import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A disk in memory that can be full or read-only, mounted over a folder. */
export interface SmallDisk {
  resize(megabytes: number): Promise<void>
  readOnly(on: boolean): Promise<void>
  /** Takes it away again; what was on it is gone. */
  close(): Promise<void>
}

/** @returns why no such disk can be had here, or null where it can */
export async function whyNoSmallDisk(): Promise<string | null> {
  if (process.platform !== 'linux') return 'Only Linux mounts a disk of a given size.'
  if (process.getuid?.() !== 0) return 'Only root may mount a disk.'
  return null
}

/** @param folder an existing folder; what is in it is hidden meanwhile */
export async function mountSmallDisk(folder: string, megabytes: number): Promise<SmallDisk> {
  const mount = async (...args: string[]) => {
    await run('mount', args)
  }
  await mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder)
  return {
    resize: (size) => mount('-o', `remount,size=${size}m`, folder),
    readOnly: (on) => mount('-o', `remount,${on ? 'ro' : 'rw'}`, folder),
    close: async () => {
      await run('umount', ['--lazy', folder])
    },
  }
}

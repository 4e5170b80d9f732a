import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import type { Db } from '../mirror/database.ts'
import { openForWriting } from '../mirror/open-database.ts'

/*
 * What the outbox asks of the disk, so that a test can let it fail at any step. Everything returns when it is done, and throws what
 * the system says.
 */

export interface OpenFile {
  /** All of it, or it throws; a part may be in the file then. */
  write(bytes: Buffer, at: number): void
  /** Returns when what was written would outlive a power cut. */
  sync(): void
  truncate(bytes: number): void
  close(): void
}

export interface Disk {
  /** Null when there is no such file. */
  read(path: string): Buffer | null
  /** Opens what is there for writing. */
  open(path: string): OpenFile
  /** Makes an empty file, whatever was there. */
  create(path: string): OpenFile
  exists(path: string): boolean
  /** Fails when there is a file of the new name. */
  copy(from: string, to: string): void
  /** Replaces a file of the new name. */
  rename(from: string, to: string): void
  /** It does not matter whether it was there. */
  remove(path: string): void
  /** After this, names made or changed in the folder outlive a power cut. */
  syncFolder(path: string): void
  /** A database whose commits are on disk when they return. */
  database(path: string, nativeBinding: string | null): Db
}

export const realDisk: Disk = {
  read(path) {
    try {
      return readFileSync(path)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
      throw error
    }
  },
  open: (path) => openFile(openSync(path, 'r+')),
  create: (path) => openFile(openSync(path, 'w+')),
  exists: existsSync,
  copy: (from, to) => copyFileSync(from, to, constants.COPYFILE_EXCL),
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  syncFolder(path) {
    // Windows opens no folders, and writes their entries with the file.
    if (process.platform === 'win32') return
    const folder = openSync(path, 'r')
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  },
  database(path, nativeBinding) {
    const db = openForWriting(path, nativeBinding)
    try {
      db.pragma('synchronous = full')
      // macOS alone tells apart what has left the program and what has left the drive's own memory.
      db.pragma('fullfsync = on')
      db.pragma('checkpoint_fullfsync = on')
      db.pragma('wal_autocheckpoint = 1000')
      return db
    } catch (error) {
      db.close()
      throw error
    }
  },
}

function openFile(file: number): OpenFile {
  return {
    write(bytes, at) {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(file, bytes, done, bytes.length - done, at + done)
      }
    },
    sync: () => fsyncSync(file),
    truncate: (bytes) => ftruncateSync(file, bytes),
    close: () => closeSync(file),
  }
}

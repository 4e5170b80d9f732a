import { readFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { projectFolder } from '../../../scripts/launch/folders.ts'
import type { BenchResults } from './results.ts'

const packages = ['better-sqlite3', '@tanstack/db', 'rxdb', '@powersync/node', '@powersync/common', 'react']

const versionOf = (name: string): string => {
  const file = join(projectFolder, 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

export const versions = (): Record<string, string> =>
  Object.fromEntries(packages.map((name) => [name, versionOf(name)]))

export const loadNow = (): number => Number((loadavg()[0] ?? 0).toFixed(2))

export const machine = (): Omit<BenchResults['machine'], 'load'> => ({
  cores: cpus().length,
  model: cpus()[0]?.model ?? 'unknown',
  memoryGb: Math.round(totalmem() / 1e9),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
})

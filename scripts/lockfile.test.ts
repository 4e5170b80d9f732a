import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ resolved: z.string().optional(), gypfile: z.boolean().optional() }),
  ),
})
const { packages } = Lock.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')),
)

test('npm ci compiles nothing: better-sqlite3 is used as it comes (scripts/keep-lock.mjs)', () => {
  expect(packages['node_modules/better-sqlite3']).toMatchObject({ gypfile: false })
})

test('the lock file names no registry, so that everybody installs from their own', () => {
  expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([])
})

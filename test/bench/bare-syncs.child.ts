import { fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/* Writes a line into each of two files and syncs it, again and again, until it is told to stop; answers with what each pair took, ms. */

const PACE_MS = 40
const LINE = `${'x'.repeat(500)}\n`

const folder = process.argv[2] ?? '.'
const files = ['first', 'second'].map((name) => openSync(join(folder, `synced-${name}`), 'a'))
const tookMs: number[] = []
process.once('message', () => process.send?.(tookMs, () => process.exit(0)))

for (;;) {
  const at = performance.now()
  for (const file of files) {
    writeSync(file, LINE)
    fsyncSync(file)
  }
  tookMs.push(performance.now() - at)
  await pause(PACE_MS)
}

/*
 * A process that applies numbered batches to a mirror until it is killed: `node batch-writer.ts DIRECTORY ROUNDS`. It tells
 * each round it has committed by a byte on its output.
 */
import { writeSync } from 'node:fs'
import { openMirror } from '#engine/mirror/sqlite-mirror.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import { owner } from './mirror-data.ts'
import { nextNumberedBatch, numberedScopes } from './numbered-batches.ts'
import { recordedLog } from './recorded-log.ts'

const [directory = '', rounds = '1'] = process.argv.slice(2)
const { mirror } = openMirror({
  directory,
  serverUrl: 'http://localhost:54321',
  owner,
  nativeBinding: null,
  clock: realClock,
  log: recordedLog(),
})

for (let n = 1; n <= Number(rounds); n++) {
  for (const scope of numberedScopes) mirror.apply(nextNumberedBatch(mirror, scope))
  mirror.diagnostics.linkMoved({ at: n, from: 'live', to: 'waiting', by: 'closed', because: null })
  if (n % 9 === 0) mirror.checkpoint()
  writeSync(1, '.')
}
mirror.close()

import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openLogbook } from './demo/logbook.ts'
import { playShift } from './demo/shift.ts'
import { importData, setStage } from './demo/stage.ts'
import { callHands } from './demo/warehouse-hands.ts'
import { PlainError } from './electron-runtime/index.ts'
import { runSession } from './launch/main.ts'

/*
 * `npm run demo -- --out DIR [--import FILE]`: drives the real console through a shift with an outage, on the demo warehouse or
 * on imported data, and proves at the end that its mirror equals the server, row by row.
 */

const IMPORTED = { code: 'RETAIL', name: /RETAIL/, search: 'heart' }
const DEMO = { code: 'BER', name: /Berlin/, search: 'lemon' }

await runSession(async (session) => {
  const { values: options } = parseArgs({ options: { out: { type: 'string' }, import: { type: 'string' } } })
  if (options.out === undefined)
    throw new PlainError('Say where to put the pictures: npm run demo -- --out DIR')
  const out = resolve(options.out)
  const file = options.import === undefined ? null : resolve(options.import)
  await mkdir(out, { recursive: true })

  const stage = await setStage(session)
  const log = openLogbook(session.say)
  const warehouse = file === null ? DEMO : IMPORTED
  if (file !== null) {
    await log.step('real data imported', async (note) => {
      note({ report: await importData(stage, file, warehouse.code) })
    })
  }
  const hands = await callHands(stage.backend, warehouse.code)
  session.onStop(() => hands.leave())

  const opened = ({ close }: { close(): Promise<void> }) => session.onStop(close)
  const { equal, rowsCompared } = await playShift({ stage, hands, log, out, warehouse, opened })

  const runtime = `Electron ${stage.runtime.version} (${stage.runtime.kind})`
  const result = { runtime, mirrorEqualsServer: equal, rowsCompared, steps: log.steps }
  await writeFile(join(out, 'demo.json'), `${JSON.stringify(result, null, 2)}\n`)
  session.say(`Mirror equals server: ${String(equal)} (${rowsCompared} rows compared). Pictures: ${out}`)
  return equal ? 0 : 1
})

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { callHands } from './demo/warehouse-hands.ts'
import { openConsole, picture, stockRows } from './demo/window.ts'
import { ensureDisplay, ensureRuntime, PlainError } from './electron-runtime/index.ts'
import { layCable } from './lib/cable.ts'
import { compareMirror } from './lib/compare-mirror.ts'
import { startBackendChild } from './launch/backend-child.ts'
import { buildIfStale } from './launch/build.ts'
import { runSession } from './launch/main.ts'
import { run } from './electron-runtime/run.ts'
import { projectFolder } from './launch/folders.ts'

/*
 * `npm run demo -- --out DIR [--import FILE] [--warehouse CODE]`: drives the real console through a shift with an outage, and
 * proves at the end that its mirror equals the server, row by row.
 */

interface Step {
  name: string
  /** Since the demo began. */
  atMs: number
  tookMs: number
  [fact: string]: unknown
}

const { values: options } = parseArgs({
  options: {
    out: { type: 'string' },
    import: { type: 'string' },
    warehouse: { type: 'string' },
  },
})

const OFFLINE_CHANGES = 500
const LIVE_DEADLINE_MS = 60_000

await runSession(async ({ say, onStop }) => {
  if (options.out === undefined)
    throw new PlainError('Say where to put the pictures: npm run demo -- --out DIR')
  const out = resolve(options.out)
  await mkdir(out, { recursive: true })
  const scratch = await mkdtemp(join(tmpdir(), 'smart-shelf-demo-'))
  onStop(() => rm(scratch, { recursive: true, force: true }))

  const steps: Step[] = []
  const beganAt = performance.now()
  const step = async <T extends Record<string, unknown>>(
    name: string,
    work: () => Promise<T>,
  ): Promise<T> => {
    const from = performance.now()
    const facts = await work()
    const taken = {
      name,
      atMs: Math.round(from - beganAt),
      tookMs: Math.round(performance.now() - from),
      ...facts,
    }
    steps.push(taken)
    say(`${String(steps.length).padStart(2)}. ${name}: ${taken.tookMs} ms ${JSON.stringify(facts)}`)
    return facts
  }

  await buildIfStale(say)
  const runtime = await ensureRuntime(say)
  const display = await ensureDisplay(say)
  onStop(() => display.stop())

  const { child, ready } = await startBackendChild(
    ['--port', '0', '--data-dir', join(scratch, 'backend'), '--seed', 'demo'],
    () => undefined,
  )
  onStop(() => child.stop())
  const backend = await ready
  const { demoUser } = backend
  if (demoUser === null) throw new PlainError('The embedded backend came up without its demo user.')
  const cable = await layCable(backend.url)
  onStop(() => cable.close())
  const warehouse = options.warehouse ?? (options.import === undefined ? 'BER' : 'RET')

  if (options.import !== undefined) {
    const file = resolve(options.import)
    await step('real data imported', async () => {
      const finished = await run(process.execPath, [
        join(projectFolder, 'scripts/import.ts'),
        file,
        '--warehouse',
        warehouse,
        '--yes',
        '--url',
        backend.url,
        '--service-key',
        backend.serviceRoleKey,
      ])
      if (finished.code !== 0) throw new PlainError(finished.stderr + finished.stdout)
      return { report: finished.stdout.trim().split('\n').slice(-8) }
    })
  }

  const userData = join(scratch, 'console')
  const env = {
    ...process.env,
    ...runtime.env,
    ...display.env,
    SUPABASE_URL: cable.url,
    SUPABASE_ANON_KEY: backend.anonKey,
    SMART_SHELF_EMBEDDED: '1',
    SMART_SHELF_DEMO_EMAIL: demoUser.email,
    SMART_SHELF_DEMO_PASSWORD: demoUser.password,
    SMART_SHELF_USER_DATA: userData,
  }
  const hands = await callHands(backend, warehouse)
  onStop(() => hands.leave())

  let console = await openConsole(runtime, env)
  onStop(() => console.close())
  await step('open on live stock', async () => {
    const bar = await console.says(/Live/, LIVE_DEADLINE_MS)
    await chooseWarehouse(warehouse)
    await picture(console.page, out, '01-live')
    return { firstRowsMs: console.firstRowsMs, bar }
  })

  const sku = await step('a live change is noticed', async () => {
    const row = stockRows(console.page).first()
    const shown = (await row.getByRole('rowheader').innerText()).trim()
    await hands.pick(shown, 1)
    await console.page.waitForTimeout(300)
    await picture(console.page, out, '02-live-change')
    return { sku: shown }
  })

  await step('a product in detail', async () => {
    await stockRows(console.page).first().click()
    await console.page.keyboard.press('Enter')
    await picture(console.page, out, '03-detail')
    return sku
  })

  await step('the cable is pulled', async () => {
    cable.pull()
    const bar = await console.says(/Offline since/, LIVE_DEADLINE_MS)
    await picture(console.page, out, '04-offline')
    return { bar }
  })

  await step('the server changes meanwhile', async () => {
    await hands.receive(OFFLINE_CHANGES)
    return { changed: OFFLINE_CHANGES }
  })

  await step('searching while offline', async () => {
    await console.page.keyboard.press('Escape')
    await console.page
      .getByRole('textbox', { name: /^Search/ })
      .fill(options.import === undefined ? 'lemon' : 'heart')
    await console.page.waitForTimeout(300)
    await picture(console.page, out, '05-offline-search')
    const found = await stockRows(console.page).count()
    return { rowsOnScreen: found }
  })

  await step('restarted with no network: stock from disk', async () => {
    await console.close()
    console = await openConsole(runtime, env)
    const bar = await console.says(/Offline since|showing stock as of/, LIVE_DEADLINE_MS)
    await picture(console.page, out, '06-restarted-offline')
    return { firstRowsMs: console.firstRowsMs, bar }
  })

  await step('the cable is back: caught up', async () => {
    await cable.plug()
    const bar = await console.says(/Live/, LIVE_DEADLINE_MS)
    await picture(console.page, out, '07-live-again')
    return { bar }
  })

  await step('the same in the dark', async () => {
    await console.page.emulateMedia({ colorScheme: 'dark' })
    await stockRows(console.page).nth(2).click()
    await console.page.keyboard.press('Enter')
    await picture(console.page, out, '08-dark')
    await console.page.emulateMedia({ colorScheme: 'light' })
    return {}
  })

  const comparison = await step('every mirrored row compared with the server', async () => {
    const { rowsCompared, equal, differences, rowsByTable } = await compareMirror(
      await mirrorFileIn(join(userData, 'mirrors')),
      hands.client,
    )
    return { rowsCompared, equal, differences, rowsByTable }
  })

  const { rowsCompared, equal } = comparison
  await writeFile(
    join(out, 'demo.json'),
    `${JSON.stringify({ runtime: `${runtime.kind} ${runtime.version}`, mirrorEqualsServer: equal, rowsCompared, steps }, null, 2)}\n`,
  )
  say(
    `Pictures and demo.json are in ${out}. Mirror equals server: ${String(equal)} (${rowsCompared} rows compared).`,
  )
  return equal ? 0 : 1

  /** Berlin is shown first; the imported warehouse is chosen as a person would. */
  async function chooseWarehouse(code: string) {
    if (code === 'BER') return
    await console.page.getByRole('button', { name: /Warehouse/ }).click()
    await console.page.getByRole('option', { name: new RegExp(code, 'i') }).click()
    await stockRows(console.page).first().waitFor()
  }
})

async function mirrorFileIn(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((name) => /^mirror-.*\.db$/.test(name))
  const [only] = files
  if (only === undefined || files.length > 1)
    throw new Error(`Expected one mirror in ${folder}, found ${files.length}.`)
  return join(folder, only)
}

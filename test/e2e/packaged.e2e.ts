import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium } from '@playwright/test'
import { run } from '../../scripts/electron-runtime/run.ts'
import { startChild } from '../../scripts/launch/child.ts'
import { expect, test } from './fixtures/console.ts'

const project = resolve(import.meta.dirname, '../..')
const PACKING_MS = 180_000

test.skip(process.platform !== 'linux', 'The path of the unpacked app is that of Linux.')

test('the packaged console opens by itself, and says so when it is not the real runtime', async ({
  stage,
}) => {
  test.setTimeout(PACKING_MS)
  const packed = await run(process.execPath, [join(project, 'scripts/package.ts'), '--dir'], { cwd: project })
  expect(packed, packed.stderr).toMatchObject({ code: 0 })
  const development = stage.runtime.kind === 'development'
  const folder = join(project, 'dist', development ? 'development-runtime' : '', 'linux-unpacked')
  if (development) await access(join(folder, 'DEVELOPMENT-RUNTIME.txt'))

  // Started as a person would, with nothing of ours in the environment, and watched from outside: the product's own has no inspector.
  const userData = await mkdtemp(join(tmpdir(), 'smart-shelf-packaged-'))
  let address = (_url: string): void => undefined
  const listening = new Promise<string>((resolve) => (address = resolve))
  const app = await startChild(
    join(folder, 'smart-shelf-console'),
    [...stage.runtime.args, '--remote-debugging-port=0'],
    {
      env: { PATH: process.env['PATH'], HOME: userData, ...stage.display, SMART_SHELF_USER_DATA: userData },
      onStdout: () => undefined,
      onStderr: (line) => {
        const found = /^DevTools listening on (ws:\S+)/.exec(line)
        if (found?.[1] !== undefined) address(found[1])
      },
    },
  )
  try {
    const browser = await chromium.connectOverCDP(await listening)
    const context = browser.contexts()[0]!
    const window = context.pages()[0] ?? (await context.waitForEvent('page'))
    await expect(window).toHaveTitle(/Smart Shelf/)
    const about = await window.evaluate(() =>
      (
        globalThis as unknown as { shelf: { ask(channel: string, question: object): Promise<unknown> } }
      ).shelf.ask('app.about', {}),
    )
    expect(about).toMatchObject({ ok: true, value: { developmentRuntime: development } })
    await browser.close()
  } finally {
    await app.stop()
    await rm(userData, { recursive: true, force: true })
  }
})

import http from 'node:http'
import { mkdir, open, readFile, readdir, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Page } from '@playwright/test'
import { mirrorFiles } from '../../scripts/lib/mirror-files.ts'
import { compareWithSite } from './support/mirror.ts'
import { whyNoSmallDisk } from './support/small-disk.ts'
import { liveStock, stockPage, stockScreen } from './support/stock-page.ts'
import { expect, test } from './support/test.ts'

/* Each mistake and each mishap gets a plain message of its own, and loses nothing. */

async function signIn(window: Page, email: string, password: string): Promise<void> {
  await window.getByRole('textbox', { name: 'Email' }).fill(email)
  await window.getByLabel('Password').fill(password)
  await window.getByRole('button', { name: 'Sign in' }).click()
}

async function connect(window: Page, url: string, key: string): Promise<void> {
  await window.getByRole('textbox', { name: 'Project URL' }).fill(url)
  await window.getByRole('textbox', { name: 'Anon key' }).fill(key)
  await window.getByRole('button', { name: 'Connect', exact: true }).click()
}

/** A port of this machine where nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('a wrong password is said to be wrong, and the right one is taken after it', async ({
  site,
  launchConsole,
}) => {
  const { window } = await launchConsole({ env: site.plainEnv })
  await signIn(window, site.user.email, 'not-this-one')
  await expect(window.getByRole('alert')).toContainText('Email or password is wrong')
  await signIn(window, site.user.email, site.user.password)
  await liveStock(window)
})

test('a first run refuses what is no project, each in its own words, and keeps the one that is', async ({
  site,
  launchConsole,
}) => {
  const elsewhere = http.createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<h1>It works!</h1>')
  })
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  const elsewhereUrl = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`

  const first = await launchConsole()
  const { window } = first
  const alert = window.getByRole('alert')
  await expect(window.getByRole('heading', { name: 'Connect to your server' })).toBeVisible()

  await connect(window, 'my project', 'key')
  await expect(window.getByText('Enter a full address that starts with https:// or http://.')).toBeVisible()
  await connect(window, `http://127.0.0.1:${await freePort()}`, site.anonKey)
  await expect(alert).toContainText('No answer from the server')
  await connect(window, elsewhereUrl, site.anonKey)
  await expect(alert).toContainText('it is not a Supabase project')
  await connect(window, site.url, `${site.anonKey.slice(0, -6)}wrong!`)
  await expect(alert).toContainText('The server refused this key')

  await connect(window, site.url, site.anonKey)
  await signIn(window, site.user.email, site.user.password)
  await liveStock(window)
  await first.close()

  const again = await launchConsole({ userDataDir: first.userDataDir })
  await liveStock(again.window)
  await new Promise((resolve) => elsewhere.close(resolve))
})

test('half an environment and unreadable settings are told of, and nothing is guessed in their place', async ({
  launchConsole,
  folder: userDataDir,
}) => {
  await writeFile(join(userDataDir, 'settings.json'), '{"version": 1, "server": ')
  const { window } = await launchConsole({
    userDataDir,
    env: { SUPABASE_URL: 'https://project.supabase.co' },
  })
  await expect(window.getByRole('heading', { name: 'Connect to your server' })).toBeVisible()
  await expect(window.getByText('SUPABASE_ANON_KEY is not')).toBeVisible()
  await expect(window.getByText('were set aside')).toBeVisible()
  expect(await readdir(userDataDir)).toContain('settings.json.unreadable')
})

test('[M3] a corrupt mirror is set aside, told of, and made anew from the server', async ({
  site,
  launchConsole,
}) => {
  const first = await launchConsole({ env: site.demoEnv })
  await liveStock(first.window)
  await first.close()
  const [file] = await mirrorFiles(first.userDataDir)
  const handle = await open(file!, 'r+')
  await handle.write(Buffer.alloc(64 * 1024, 'damaged '), 0, 64 * 1024, 0)
  await handle.close()

  const { window, userDataDir } = await launchConsole({ env: site.demoEnv, userDataDir: first.userDataDir })
  const stock = await liveStock(window)
  await expect(stock.freshness).toContainText('was damaged and set aside; a fresh copy was downloaded')
  expect((await compareWithSite(userDataDir, site)).differences).toEqual([])
  expect((await readdir(join(userDataDir, 'mirrors'))).some((name) => name.includes('damaged'))).toBe(true)
})

test('a mirror from a newer version is left exactly as it is, and the update is asked for', async ({
  site,
  launchConsole,
}) => {
  const first = await launchConsole({ env: site.demoEnv })
  await liveStock(first.window)
  await first.close()
  const [file] = await mirrorFiles(first.userDataDir)
  const mirror = new Database(file)
  mirror.pragma('user_version = 9999')
  mirror.pragma('wal_checkpoint(truncate)')
  mirror.close()
  const before = await readFile(file!)

  const second = await launchConsole({ env: site.demoEnv, userDataDir: first.userDataDir })
  await expect(second.window.getByText(/written by a newer version/).first()).toBeVisible()
  await second.close()
  expect((await readFile(file!)).equals(before)).toBe(true)
})

test.describe('a disk that takes nothing', () => {
  test.beforeEach(async () => {
    const reason = await whyNoSmallDisk()
    test.skip(reason !== null, reason ?? '')
  })

  test('a full disk is said to be full, and the download goes on by itself when there is space', async ({
    site,
    launchConsole,
    folder: userDataDir,
    smallDisk,
  }) => {
    const mirrors = join(userDataDir, 'mirrors')
    await mkdir(mirrors)
    const disk = await smallDisk(mirrors, 1)
    const console_ = await launchConsole({ env: site.demoEnv, userDataDir })
    const stock = stockPage(console_.window)
    await expect(stock.freshness).toContainText('Disk full', { timeout: 20_000 })
    await disk.resize(200)
    await liveStock(console_.window)
    await expect(stock.freshness).not.toContainText('Disk full')
    expect((await compareWithSite(userDataDir, site)).differences).toEqual([])
    await console_.close()
  })

  test('a folder that has become read-only still shows its stock, and says what is wrong', async ({
    site,
    launchConsole,
    folder: userDataDir,
    smallDisk,
  }) => {
    const disk = await smallDisk(userDataDir, 200)
    const first = await launchConsole({ env: site.demoEnv, userDataDir })
    const shown = await (await liveStock(first.window)).visible()
    await first.close()
    await disk.readOnly(true)

    const second = await launchConsole({ env: site.demoEnv, userDataDir })
    const stock = await stockScreen(second.window)
    expect(await stock.visible()).toEqual(shown)
    await expect(stock.freshness).toContainText('Disk is read-only')
    await expect(second.window.getByText('cannot write to its folder')).toBeVisible()
    await second.close()
  })
})

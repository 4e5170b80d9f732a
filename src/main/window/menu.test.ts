import type { MenuItemConstructorOptions } from 'electron'
import { expect, test } from 'vitest'
import { menuTemplate } from './menu.ts'

const itemsOf = (platform: string, isDevelopment = false): MenuItemConstructorOptions[] =>
  menuTemplate({ platform, appName: 'Console', isDevelopment, showAbout: () => undefined }).flatMap(
    (menu) => menu.submenu as MenuItemConstructorOptions[],
  )
const rolesOf = (...given: Parameters<typeof itemsOf>) => itemsOf(...given).map((item) => item.role)

test('no key of the menu can reload, inspect or close the console of a warehouse', () => {
  for (const platform of ['linux', 'win32'])
    expect(rolesOf(platform)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/reload|toggleDevTools|close/)]),
    )
  expect(rolesOf('darwin')).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/reload|toggleDevTools/)]),
  )
  expect(rolesOf('linux', true)).toContain('toggleDevTools')
})

test('the menu takes none of the keys of the page: it sets no accelerator of its own', () => {
  for (const platform of ['linux', 'win32', 'darwin'])
    expect(itemsOf(platform).filter((item) => item.accelerator !== undefined)).toEqual([])
})

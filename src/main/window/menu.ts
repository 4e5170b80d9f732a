import type { MenuItemConstructorOptions } from 'electron'

/**
 * The application's menu. Its accelerators stay out of the way of the page's keys (`/`, `?`, Ctrl/Cmd+K, arrows, Enter,
 * Escape) and of what a barcode scanner types; nothing in it can lose work by one keystroke, so closing has no key
 * outside macOS, where everybody expects it.
 */
export function menuTemplate(options: {
  platform: string
  appName: string
  isDevelopment: boolean
  showAbout: () => void
}): MenuItemConstructorOptions[] {
  const isMac = options.platform === 'darwin'
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const about: MenuItemConstructorOptions = {
    label: `About ${options.appName}`,
    click: options.showAbout,
  }

  const application: MenuItemConstructorOptions = {
    label: isMac ? options.appName : '&File',
    submenu: isMac
      ? [
          about,
          separator,
          { role: 'hide' },
          { role: 'hideOthers' },
          { role: 'unhide' },
          separator,
          { role: 'quit' },
        ]
      : [{ role: 'quit' }],
  }
  const edit: MenuItemConstructorOptions = {
    label: '&Edit',
    submenu: [
      { role: 'undo' },
      { role: 'redo' },
      separator,
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'selectAll' },
    ],
  }
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { role: 'resetZoom' },
      separator,
      { role: 'togglefullscreen' },
      ...(options.isDevelopment ? [separator, { role: 'reload' }, { role: 'toggleDevTools' }] : []),
    ] as MenuItemConstructorOptions[],
  }
  const window: MenuItemConstructorOptions = {
    label: '&Window',
    submenu: [{ role: 'minimize' }, { role: 'close' }],
  }
  const help: MenuItemConstructorOptions = { label: '&Help', submenu: [about] }
  return isMac ? [application, edit, view, window] : [application, edit, view, help]
}

/* A window around the straightforward page, in the runtime that the console has. `--page=` names its address. */
const process = require('node:process')
const { app, BrowserWindow } = require('electron')

const page = process.argv.find((word) => word.startsWith('--page='))?.slice('--page='.length)

app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1440, height: 900 })
  void window.loadURL(page)
})
app.on('window-all-closed', () => app.quit())

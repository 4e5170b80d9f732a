import { BrowserWindow, dialog } from 'electron'
import type { FileDialogs } from '../work-files.ts'

const filters = [{ name: 'Unsent work', extensions: ['json'] }]

/** The system's own dialogs, in front of the console's window. */
export const systemDialogs: FileDialogs = {
  save: async (defaultPath) => {
    const options = { title: 'Save the unsent work', defaultPath, filters }
    const window = front()
    const { canceled, filePath } = await (window
      ? dialog.showSaveDialog(window, options)
      : dialog.showSaveDialog(options))
    return canceled || filePath === '' ? null : filePath
  },
  open: async () => {
    const options = { title: 'Open unsent work', filters, properties: ['openFile' as const] }
    const window = front()
    const { canceled, filePaths } = await (window
      ? dialog.showOpenDialog(window, options)
      : dialog.showOpenDialog(options))
    return canceled ? null : (filePaths[0] ?? null)
  },
}

const front = () => BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]

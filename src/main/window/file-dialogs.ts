import { BrowserWindow, dialog, type FileFilter } from 'electron'
import type { FileDialogs, FileMatter } from '../work-files.ts'

interface Wording {
  save: string
  open: string
  filters: FileFilter[]
}

const tables = [{ name: 'Tables (CSV)', extensions: ['csv', 'gz'] }]
const wordings: Record<FileMatter, Wording> = {
  work: {
    save: 'Save the unsent work',
    open: 'Open unsent work',
    filters: [{ name: 'Unsent work', extensions: ['json'] }],
  },
  table: { save: 'Save the table', open: 'Open a table', filters: [{ name: 'CSV', extensions: ['csv'] }] },
  import: { save: 'Save the table', open: 'Choose a file to import', filters: tables },
  pdf: { save: 'Save as PDF', open: 'Open a PDF', filters: [{ name: 'PDF', extensions: ['pdf'] }] },
  zpl: { save: 'Save as ZPL', open: 'Open ZPL', filters: [{ name: 'ZPL', extensions: ['zpl'] }] },
}

/** The system's own dialogs, in front of the console's window. */
export const systemDialogs: FileDialogs = {
  save: async (defaultPath, what) => {
    const { save: title, filters } = wordings[what]
    const options = { title, defaultPath, filters }
    const window = front()
    const { canceled, filePath } = await (window
      ? dialog.showSaveDialog(window, options)
      : dialog.showSaveDialog(options))
    return canceled || filePath === '' ? null : filePath
  },
  open: async (what) => {
    const { open: title, filters } = wordings[what]
    const options = { title, filters, properties: ['openFile' as const] }
    const window = front()
    const { canceled, filePaths } = await (window
      ? dialog.showOpenDialog(window, options)
      : dialog.showOpenDialog(options))
    return canceled ? null : (filePaths[0] ?? null)
  },
}

const front = () => BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]

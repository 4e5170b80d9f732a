import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import { askNames, hearNames, READY } from '#shared/protocol/channels.ts'
import type { ShelfApi } from '#shared/protocol/shelf-api.ts'

/*
 * All that a window can do beyond its own page [S1]: ask and hear on the contract's channels, and say that it listens.
 * Who asks, how often and in what shape is judged on the other side.
 */

const mayAsk: ReadonlySet<string> = new Set(askNames)
const mayHear: ReadonlySet<string> = new Set(hearNames)

const shelf: ShelfApi = {
  ask: (channel, question) => {
    if (!mayAsk.has(channel)) return Promise.reject(new TypeError(`There is no question "${channel}".`))
    return ipcRenderer.invoke(channel, question)
  },
  hear: (channel, listener) => {
    if (!mayHear.has(channel)) throw new TypeError(`There is nothing to hear on "${channel}".`)
    // The event itself stays here: it holds a way to answer.
    const heard = (_event: IpcRendererEvent, message: Parameters<typeof listener>[0]) => listener(message)
    ipcRenderer.on(channel, heard)
    return () => void ipcRenderer.off(channel, heard)
  },
  ready: () => ipcRenderer.send(READY),
}

contextBridge.exposeInMainWorld('shelf', shelf)

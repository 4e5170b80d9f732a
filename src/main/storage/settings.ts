import { z } from 'zod'
import type { StartNotice } from '#shared/protocol/contract.ts'
import { LabelPrinter } from '#shared/protocol/paper.ts'
import type { ServerAddress } from '../engine/ports.ts'
import { oneAfterAnother } from './atomic-file.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'

/** What people have settled on this station: `settings.json` in its folder. Secrets live elsewhere. */
const Settings = z.object({
  version: z.literal(1),
  /** The project of the last successful `server.configure`. An anon key is public by design. */
  server: z.object({ url: z.url().max(2048), anonKey: z.string().min(1).max(4096) }).nullable(),
  /** The label printer on the network, once somebody has named one. */
  labelPrinter: LabelPrinter.nullable().default(null),
  /** Whether news are told on the desktop, where the role of who is signed in wants them. */
  desktopNotifications: z.boolean().default(true),
})
type Settings = z.infer<typeof Settings>

const nothingSettled: Settings = { version: 1, server: null, labelPrinter: null, desktopNotifications: true }

export interface SettingsFile {
  server(): ServerAddress | null
  labelPrinter(): LabelPrinter | null
  desktopNotifications(): boolean
  /** @throws the system's error when the disk does not take it */
  keepServer(server: ServerAddress): Promise<void>
  /** @throws the system's error when the disk does not take it */
  keepLabelPrinter(printer: LabelPrinter | null): Promise<void>
  /** @throws the system's error when the disk does not take it */
  keepDesktopNotifications(wanted: boolean): Promise<void>
}

/**
 * Reads the settings; a file that is no such thing is set aside and told of, and the console starts without.
 * @param file absolute path of `settings.json`
 */
export async function openSettings(
  file: string,
): Promise<{ settings: SettingsFile; notices: StartNotice[] }> {
  const outcome = await readJsonFile(file, Settings)
  let current = outcome.kind === 'read' ? outcome.value : nothingSettled
  const inTurn = oneAfterAnother()

  const settings: SettingsFile = {
    server: () => current.server && { ...current.server, embedded: false },
    labelPrinter: () => current.labelPrinter,
    keepLabelPrinter: (labelPrinter) =>
      inTurn(async () => {
        const next = { ...current, labelPrinter }
        await writeJsonFile(file, next)
        current = next
      }),
    desktopNotifications: () => current.desktopNotifications,
    keepDesktopNotifications: (desktopNotifications) =>
      inTurn(async () => {
        const next = { ...current, desktopNotifications }
        await writeJsonFile(file, next)
        current = next
      }),
    keepServer: ({ url, anonKey, embedded }) =>
      inTurn(async () => {
        // The embedded backend's address is of this start only: its port is another one next time.
        if (embedded) return
        const next = { ...current, server: { url, anonKey } }
        await writeJsonFile(file, next)
        current = next
      }),
  }
  return { settings, notices: noticesOf(outcome, file) }
}

function noticesOf(outcome: Awaited<ReturnType<typeof readJsonFile>>, file: string): StartNotice[] {
  switch (outcome.kind) {
    case 'read':
    case 'absent':
      return []
    case 'set-aside':
      return [
        {
          code: 'settings-set-aside',
          message: `The settings could not be understood and were set aside as ${outcome.movedTo}. Please enter the server again.`,
        },
      ]
    case 'unreadable':
      return [
        {
          code: 'settings-unreadable',
          message: `The settings in ${file} could not be read (${outcome.code}). Please enter the server again.`,
        },
      ]
  }
}

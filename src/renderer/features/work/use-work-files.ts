import { useMemo } from 'react'
import { asIpcError, type Client } from '../../bridge/client.ts'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'

type Say = (text: string, tone: 'plain' | 'bad') => void

/** Unsent work to a file that a person chooses, and from one. */
export interface WorkFiles {
  exportUnsent(): Promise<void>
  importUnsent(): Promise<void>
}

/** @param say what came of it; in the tray unless said otherwise */
export function useWorkFiles(say?: Say): WorkFiles {
  const { client, tray } = useConsole()
  return useMemo(() => workFiles(client, say ?? tray.note), [client, tray, say])
}

function workFiles(client: Client, say: Say): WorkFiles {
  return {
    async exportUnsent() {
      try {
        const { file, commands: count } = await client.ask('work.export', {})
        if (file !== null) say(t('file.exported', { count, file }), 'plain')
      } catch (caught) {
        const why = t(`error.${asIpcError('work.export', caught).code}`)
        say(t('file.not-exported', { why }), 'bad')
      }
    },
    async importUnsent() {
      try {
        const { file, taken: count, known } = await client.ask('work.import', {})
        if (file === null) return
        const parts = [t('file.imported', { count, file }), known > 0 && t('file.known', { count: known })]
        say(parts.filter(Boolean).join(' '), 'plain')
      } catch (caught) {
        const why = t(`error.${asIpcError('work.import', caught).code}`)
        say(t('file.not-imported', { why }), 'bad')
      }
    },
  }
}

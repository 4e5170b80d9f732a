import { useCallback } from 'react'
import { asIpcError } from '../../bridge/client.ts'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'

/** Unsent work to a file that a person chooses, and from one; what came of it is said in the tray. */
export function useWorkFiles(): {
  exportUnsent(): Promise<void>
  importUnsent(): Promise<void>
} {
  const { client, tray } = useConsole()
  const exportUnsent = useCallback(async () => {
    try {
      const { file, commands: count } = await client.ask('work.export', {})
      if (file !== null) tray.note(t('file.exported', { count, file }))
    } catch (caught) {
      const why = t(`error.${asIpcError('work.export', caught).code}`)
      tray.note(t('file.not-exported', { why }), 'bad')
    }
  }, [client, tray])
  const importUnsent = useCallback(async () => {
    try {
      const { file, taken: count, known } = await client.ask('work.import', {})
      if (file === null) return
      const parts = [t('file.imported', { count, file }), known > 0 && t('file.known', { count: known })]
      tray.note(parts.filter(Boolean).join(' '))
    } catch (caught) {
      const why = t(`error.${asIpcError('work.import', caught).code}`)
      tray.note(t('file.not-imported', { why }), 'bad')
    }
  }, [client, tray])
  return { exportUnsent, importUnsent }
}

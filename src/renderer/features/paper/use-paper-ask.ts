import { useState } from 'react'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import type { PaperChannel } from '#shared/protocol/paper.ts'
import { asIpcError } from '../../bridge/client.ts'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'

/** Asks of a screen's buttons, one at a time; what went wrong is said in the tray, by `failed`. */
export function usePaperAsk(failed: (why: string) => string): {
  isBusy: boolean
  ask<C extends PaperChannel>(channel: C, question: Question<C>): Promise<Answer<C> | null>
} {
  const { client, tray } = useConsole()
  const [isBusy, setBusy] = useState(false)
  return {
    isBusy,
    async ask(channel, question) {
      setBusy(true)
      try {
        return await client.ask(channel, question)
      } catch (caught) {
        tray.note(failed(t(`error.${asIpcError(channel, caught).code}`)), 'bad')
        return null
      } finally {
        setBusy(false)
      }
    },
  }
}

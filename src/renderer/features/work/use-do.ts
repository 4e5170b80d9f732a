import { useCallback } from 'react'
import type { CommandIntent } from '#shared/domain/commands.ts'
import type { MutationId } from '#shared/domain/ids.ts'
import type { WorkItem } from '#shared/protocol/work.ts'
import { asIpcError } from '../../bridge/client.ts'
import { useConsole } from '../../hooks/console.tsx'
import { useWarehouses } from '../../hooks/use-status.ts'
import { t } from '../../texts/text.ts'
import { namesOf } from './names.ts'
import { refusalWords } from './refusal-words.ts'

/** Does something that needs no form. */
export interface Do {
  /**
   * Keeps a command; asked for again before it is kept, it is the same one.
   * @param intent what is meant, in the words of the program
   * @param about the things it is about, for wording an objection
   * @param isQuiet no receipt: the screen shows it by itself
   */
  act(
    intent: string,
    make: (id: MutationId) => CommandIntent,
    about: Pick<WorkItem, 'product' | 'order'>,
    isQuiet?: boolean,
  ): Promise<void>
  /** As `act`, where something follows from it. @returns whether it is kept */
  keep(...asked: Parameters<Do['act']>): Promise<boolean>
  /** Takes a command back, once. */
  undo(item: WorkItem): Promise<void>
}

export function useDo(): Do {
  const { client, tray, ids } = useConsole()
  const { value: warehouses } = useWarehouses()

  const keep = useCallback<Do['keep']>(
    async (intent, make, about, isQuiet = false) => {
      const command = make(ids.of(intent))
      try {
        const submission = await client.ask('work.submit', { command })
        ids.done(intent)
        if (submission.kind === 'objected') {
          const names = namesOf({ ...about, command }, warehouses)
          tray.note(t('form.objected', { sentence: refusalWords(submission.refusal, names, 'now') }), 'bad')
        } else if (!isQuiet) {
          tray.put({ kind: 'receipt', id: command.mutation_id, doubt: submission.receipt.doubt })
        }
        return submission.kind === 'kept'
      } catch (caught) {
        tray.note(t(`error.${asIpcError('work.submit', caught).code}`), 'bad')
        return false
      }
    },
    [client, tray, ids, warehouses],
  )
  const act = useCallback<Do['act']>(
    async (...asked) => {
      await keep(...asked)
    },
    [keep],
  )

  const undo = useCallback<Do['undo']>(
    async (item) => {
      const id = ids.of(`undo ${item.id}`)
      const sayNo = (sentence: string): void => tray.note(t('receipt.not-undone', { sentence }), 'bad')
      try {
        const answer = await client.ask('work.undo', { id, undoes: item.id })
        if (answer.kind === 'objected')
          return sayNo(refusalWords(answer.refusal, namesOf(item, warehouses), 'now'))
        if (answer.kind === 'kept') {
          tray.close(item.id)
          tray.put({ kind: 'receipt', id, doubt: answer.receipt.doubt })
        } else tray.put({ kind: 'receipt', id: item.id, doubt: null })
      } catch (caught) {
        sayNo(t(`error.${asIpcError('work.undo', caught).code}`))
      }
    },
    [client, tray, ids, warehouses],
  )
  return { act, keep, undo }
}

import { useRef, useState } from 'react'
import { unreachable } from '#shared/lib/must.ts'
import type { CommandIntent } from '#shared/domain/commands.ts'
import type { MutationId } from '#shared/domain/ids.ts'
import type { ErrorCode } from '#shared/protocol/reply.ts'
import type { Refusal, Submission } from '#shared/protocol/work.ts'
import { asIpcError } from '../../bridge/client.ts'
import { useConsole } from '../../hooks/console.tsx'
import { newMutationId } from '../../stores/mutation-ids.ts'

export type SubmitState =
  | { readonly at: 'ready' | 'asking' }
  | { readonly at: 'objected'; readonly refusal: Refusal }
  /** `isUncertain`: no answer came back, so it may be on disk: the very same is to be sent again, or nothing. */
  | { readonly at: 'failed'; readonly code: ErrorCode; readonly isUncertain: boolean }

export interface Submit {
  readonly state: SubmitState
  /** Made once for the life of the form: however often it is sent, it is one command [O2]. */
  readonly id: MutationId
  /** The entries cannot be changed: they are on their way, or may be kept already. */
  readonly isLocked: boolean
  submit(command: CommandIntent): Promise<void>
  /** Something was changed after an objection or a failure. */
  clear(): void
}

/**
 * Keeps one command of a form; its receipt lies in the tray afterwards.
 * @param amends the refused command whose place it takes
 */
export function useSubmit(amends: MutationId | null, onKept: () => void): Submit {
  const { client, tray } = useConsole()
  const [id] = useState(newMutationId)
  const [state, setState] = useState<SubmitState>({ at: 'ready' })
  // A second click comes before the first has drawn anything.
  const isAsking = useRef(false)
  const uncertain = useRef<CommandIntent | null>(null)

  function take(submission: Submission): void {
    switch (submission.kind) {
      case 'kept':
        tray.put({ kind: 'receipt', id, doubt: submission.receipt.doubt })
        setState({ at: 'ready' })
        return onKept()
      case 'objected':
        return setState({ at: 'objected', refusal: submission.refusal })
      default:
        return unreachable(submission)
    }
  }

  async function submit(asked: CommandIntent): Promise<void> {
    if (isAsking.current) return
    isAsking.current = true
    const command = uncertain.current ?? asked
    const channel = amends === null ? 'work.submit' : 'work.amend'
    setState({ at: 'asking' })
    try {
      const submission =
        amends === null
          ? await client.ask('work.submit', { command })
          : await client.ask('work.amend', { id: amends, command })
      uncertain.current = null
      take(submission)
    } catch (caught) {
      const { code } = asIpcError(channel, caught)
      const isUncertain = code === 'internal'
      uncertain.current = isUncertain ? command : null
      setState({ at: 'failed', code, isUncertain })
    } finally {
      isAsking.current = false
    }
  }

  return {
    state,
    id,
    isLocked: state.at === 'asking' || (state.at === 'failed' && state.isUncertain),
    submit,
    clear: () => setState((was) => (was.at === 'failed' && was.isUncertain ? was : { at: 'ready' })),
  }
}

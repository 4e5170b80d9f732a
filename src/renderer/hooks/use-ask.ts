import { useState } from 'react'
import type { Answer, AskChannel, Question } from '#shared/protocol/contract.ts'
import type { ErrorCode } from '#shared/protocol/reply.ts'
import { asIpcError } from '../bridge/client.ts'
import { useConsole } from './console.tsx'

export type Asking =
  { readonly at: 'ready' } | { readonly at: 'asking' } | { readonly at: 'failed'; readonly code: ErrorCode }

/** A question a form asks: one at a time, with how the last one ended. */
export function useAsk<C extends AskChannel>(
  channel: C,
  onDone: (answer: Answer<C>) => void,
): { state: Asking; ask(question: Question<C>): Promise<void>; clear(): void } {
  const { client } = useConsole()
  const [state, setState] = useState<Asking>({ at: 'ready' })
  return {
    state,
    clear: () => setState({ at: 'ready' }),
    async ask(question) {
      if (state.at === 'asking') return
      setState({ at: 'asking' })
      try {
        const answer = await client.ask(channel, question)
        setState({ at: 'ready' })
        onDone(answer)
      } catch (caught) {
        setState({ at: 'failed', code: asIpcError(channel, caught).code })
      }
    },
  }
}

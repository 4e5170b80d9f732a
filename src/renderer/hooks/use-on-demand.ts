import { useEffect, useEffectEvent, useRef, useState } from 'react'
import type { Millis } from '#shared/lib/time.ts'
import type { Answer, AskChannel, Question } from '#shared/protocol/contract.ts'
import { asIpcError, type IpcError } from '../bridge/client.ts'
import { createAsker, type Asker } from '../stores/asker.ts'
import { useConsole } from './console.tsx'

/** What was told last, how old that is, and why there is nothing newer. */
export interface OnDemand<A> {
  readonly answer: A | null
  /** Terminal clock. */
  readonly answeredAt: Millis | null
  readonly error: IpcError | null
}

/**
 * Asks when the question changes, and again when `pulse` moves, at most once in two seconds; what is shown meanwhile stays. Another
 * question begins with nothing: its answer is about something else.
 * @param question null asks nothing
 */
export function useOnDemand<C extends AskChannel>(
  channel: C,
  question: Question<C> | null,
  pulse: string,
): OnDemand<Answer<C>> {
  const { client } = useConsole()
  const key = question && JSON.stringify(question)
  return useAnswers(key, pulse, channel, () =>
    key === null
      ? Promise.reject(new Error('Nothing is asked.'))
      : client.ask(channel, JSON.parse(key) as Question<C>),
  )
}

/**
 * The same for whatever `ask` does.
 * @param key names what is asked; null asks nothing
 * @param merge what becomes of the last answer and the new one to the same question; always the same function
 */
export function useAnswers<A>(
  key: string | null,
  pulse: string,
  channel: AskChannel,
  ask: () => Promise<A>,
  merge: (was: A | null, answer: A) => A = newest,
): OnDemand<A> & { update(change: (was: A) => A): void } {
  const { clock } = useConsole()
  const [state, setState] = useState<OnDemand<A> & { readonly key: string | null }>(blank(key))
  if (state.key !== key) setState(blank(key))
  const askNow = useEffectEvent(ask)
  const asker = useRef<Asker | null>(null)

  useEffect(() => {
    if (key === null) return
    const made = createAsker<A>({
      ask: () => askNow(),
      answered: (answer) =>
        setState((was) => ({
          key,
          answer: merge(was.key === key ? was.answer : null, answer),
          answeredAt: clock.now(),
          error: null,
        })),
      failed: (caught) =>
        setState((was) => (was.key === key ? { ...was, error: asIpcError(channel, caught) } : was)),
      now: clock.now,
      after(delayMs, work) {
        const timer = setTimeout(work, delayMs)
        return () => clearTimeout(timer)
      },
    })
    asker.current = made
    return () => {
      asker.current = null
      made.stop()
    }
  }, [key, channel, clock, merge])
  useEffect(() => asker.current?.look(pulse), [key, pulse])

  return {
    ...state,
    update: (change) =>
      setState((was) =>
        was.key === key && was.answer !== null ? { ...was, answer: change(was.answer) } : was,
      ),
  }
}

const newest = <A>(_was: A | null, answer: A): A => answer

const blank = (key: string | null) => ({ key, answer: null, answeredAt: null, error: null })

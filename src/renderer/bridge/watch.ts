import type { Delta, ViewId } from '#shared/protocol/delta.ts'
import type { ViewSpec } from '#shared/protocol/views.ts'
import { asIpcError, type Client, type IpcError } from './client.ts'
import { askAgain, asking, onDelta, onSnapshot, type Following, type Step } from './follow.ts'
import type { Model } from './model.ts'
import type { Publisher } from './publisher.ts'
import type { Cause } from '../stores/list-store.ts'

/** Where a watched view arrives. */
export interface Sink {
  receive(model: Model, cause: Cause): void
  setAsking(isAsking: boolean): void
  fail(error: IpcError): void
  /** The engine that said what is shown is gone. */
  lose(): void
}

/** One open view: asks, follows, heals, and can be pointed at other parameters. */
export interface Watch {
  readonly viewId: ViewId
  change(spec: ViewSpec): void
  hear(delta: Delta): void
  /** The engine was restarted: nothing it said before counts, and epochs may start over. */
  restart(): void
  close(): void
}

const FIRST_RETRY_MS = 250
const MAX_RETRY_MS = 5_000

/** Starts watching; at most one question is on its way, and the newest parameters win. */
export function watchView(
  client: Client,
  publisher: Publisher,
  viewId: ViewId,
  first: ViewSpec,
  sink: Sink,
): Watch {
  let spec = first
  let state: Following = asking(null)
  let isClosed = false
  /** The question on its way; an answer to any other is void. */
  let inFlight: object | null = null
  let asked: ViewSpec | null = null
  let failures = 0
  let retry: ReturnType<typeof setTimeout> | undefined
  let cause: Cause = 'change'

  async function ask(): Promise<void> {
    clearTimeout(retry)
    const question = {}
    inFlight = question
    const isNewQuestion = asked !== spec
    asked = spec
    state = askAgain(state)
    if (isNewQuestion) sink.setAsking(true)
    try {
      const snapshot = await client.ask('view.open', { viewId, view: asked })
      if (inFlight !== question) return
      inFlight = null
      failures = 0
      take(onSnapshot(state, snapshot), isNewQuestion ? 'answer' : 'change')
    } catch (caught) {
      if (inFlight !== question) return
      inFlight = null
      failed(asIpcError('view.open', caught))
    }
  }

  function take(step: Step, why: Cause): void {
    state = step.state
    if (state.model) publish(state.model, why)
    if (step.ask || asked !== spec) void ask()
  }

  function publish(model: Model, why: Cause): void {
    if (why === 'answer') cause = 'answer'
    publisher.post(sink, () => {
      if (isClosed) return
      sink.receive(model, cause)
      cause = 'change'
    })
  }

  function failed(error: IpcError): void {
    sink.fail(error)
    // Asked again as a new question, so that its answer is taken as one.
    const isOutdated = asked !== spec
    asked = null
    if (isOutdated) {
      void ask()
      return
    }
    const delayMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** failures)
    failures += 1
    retry = setTimeout(() => void ask(), delayMs)
  }

  void ask()

  return {
    viewId,
    change(next) {
      spec = next
      if (!inFlight) void ask()
    },
    hear(delta) {
      const step = onDelta(state, delta)
      if (step.state === state) return
      if (state.at === 'asking') state = step.state
      else take(step, 'change')
    },
    restart() {
      state = asking(state.model)
      sink.lose()
      void ask()
    },
    close() {
      isClosed = true
      inFlight = null
      clearTimeout(retry)
      // A view of an engine that is gone is closed with it, so a failure here has nothing to tell.
      client.ask('view.close', { viewId }).catch(() => undefined)
    },
  }
}

import type { Answer, HearChannel, Heard, Question } from '#shared/protocol/contract.ts'
import type { Snapshot, ViewId } from '#shared/protocol/delta.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import type { ViewSpec } from '#shared/protocol/views.ts'
import type { Engine } from '#engine/engine.ts'
import type { WindowId } from '#engine/ports.ts'
import { asking, askAgain, onDelta, onSnapshot } from '../../../src/renderer/bridge/follow.ts'
import type { Following, Step } from '../../../src/renderer/bridge/follow.ts'
import type { Model } from '../../../src/renderer/bridge/model.ts'

const SHOWN = 1 as WindowId
const CHECKED = 2 as WindowId

/** A console's window without its pixels: views kept up to date by the window's own rules [D1]. */
export interface Screen {
  /** Looks at a view from now on. */
  watch(name: string, spec: ViewSpec): void
  /** What is on the screen; null before the first answer. */
  shows(name: string): Model | null
  /** What the engine answers now: the picture may be a frame behind. */
  asksAnew(name: string): Promise<Model | null>
  /** Names of views whose picture is not what the engine answers now. */
  outdated(): Promise<string[]>
  hear<C extends HearChannel>(window: WindowId, channel: C, message: Heard<C>): void
  /** A new engine stands behind the window, or none. */
  attach(engine: Engine | null): void
}

interface Watched {
  spec: ViewSpec
  state: Following
}

/** @param changed told of each new picture of a view */
export function openScreen(changed: (name: string, model: Model) => void): Screen {
  const views = new Map<string, Watched>()
  let engine: Engine | null = null

  async function ask(name: string, watched: Watched): Promise<void> {
    const asked = engine
    if (!asked) return
    watched.state = askAgain(watched.state)
    const reply = await open(asked, SHOWN, name, watched.spec)
    // A view that cannot be read is asked for again at the next change of the engine.
    if (asked !== engine || views.get(name) !== watched || !reply.ok) return
    take(name, watched, onSnapshot(watched.state, reply.value))
  }

  function take(name: string, watched: Watched, step: Step): void {
    const before = watched.state.model
    watched.state = step.state
    if (step.state.model && step.state.model !== before) changed(name, step.state.model)
    if (step.ask) void ask(name, watched)
  }

  const open = (
    of: Engine,
    window: WindowId,
    name: string,
    view: ViewSpec,
  ): Promise<Reply<Answer<'view.open'>>> => {
    const question: Question<'view.open'> = { viewId: name as ViewId, view }
    return of.ask(window, 'view.open', question)
  }

  return {
    watch(name, spec) {
      const watched: Watched = { spec, state: asking(null) }
      views.set(name, watched)
      void ask(name, watched)
    },
    async asksAnew(name) {
      const asked = engine
      const watched = views.get(name)
      if (!asked || !watched) return null
      const reply = await open(asked, CHECKED, name, watched.spec)
      asked.forget(CHECKED)
      return reply.ok ? inOrderOf(reply.value.result) : null
    },
    shows: (name) => views.get(name)?.state.model ?? null,
    async outdated() {
      const asked = engine
      if (!asked) return []
      const names: string[] = []
      for (const [name, watched] of views) {
        const reply = await open(asked, CHECKED, name, watched.spec)
        if (reply.ok && !isSame(watched.state.model, reply.value)) names.push(name)
      }
      asked.forget(CHECKED)
      return names
    },
    hear(window, channel, message) {
      if (window !== SHOWN || channel !== 'view.delta') return
      const delta = message as Heard<'view.delta'>
      const watched = views.get(delta.viewId)
      if (watched) take(delta.viewId, watched, onDelta(watched.state, structuredClone(delta)))
    },
    attach(next) {
      engine = next
      for (const [name, watched] of views) {
        watched.state = asking(watched.state.model)
        void ask(name, watched)
      }
    },
  }
}

const isSame = (shown: Model | null, { result }: Snapshot): boolean =>
  shown !== null && JSON.stringify(shown) === JSON.stringify(inOrderOf(result))

/** The model's own order of keys. */
const inOrderOf = (result: Snapshot['result']): Model =>
  result.kind === 'value'
    ? { kind: 'value', value: result.value }
    : { kind: 'list', total: result.total, offset: result.offset, rows: result.rows }

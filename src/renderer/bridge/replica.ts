import type { ViewId } from '#shared/protocol/delta.ts'
import type { ListRow, ListViewName, ValueViewName, ViewSpec, ViewValue } from '#shared/protocol/views.ts'
import { createListStore, type ListStore } from '../stores/list-store.ts'
import { createValueStore, type ValueStore } from '../stores/value-store.ts'
import type { Client } from './client.ts'
import type { ListModel } from './model.ts'
import type { Publisher } from './publisher.ts'
import { watchView, type Sink, type Watch } from './watch.ts'

/** A list view that is open between `open` and `close`; its store outlives both. */
export interface ListView<N extends ListViewName> {
  readonly list: ListStore<ListRow<N>>
  /** Opens the view, or points the open one at other parameters. */
  open(spec: ViewSpec): void
  close(): void
}

/** A value view shared by all who look at it: open while at least one of them does. */
export interface ValueView<N extends ValueViewName> {
  readonly store: ValueStore<ViewValue<N>>
  /** @returns stops looking */
  look(): () => void
}

/** The engine's views as this window knows them. */
export interface Replica {
  list<N extends ListViewName>(name: N): ListView<N>
  value<N extends ValueViewName>(spec: Extract<ViewSpec, { name: N }>): ValueView<N>
  /** How many views are open: for tests of leaks. */
  openCount(): number
  stop(): void
}

export function createReplica(client: Client, publisher: Publisher): Replica {
  const watches = new Map<ViewId, Watch>()
  const values = new Map<string, ValueView<ValueViewName>>()
  let lastViewNo = 0

  const unhear = [
    client.hear('view.delta', (delta) => watches.get(delta.viewId)?.hear(delta)),
    client.hear('engine.restarted', () => watches.forEach((watch) => watch.restart())),
  ]

  function start(spec: ViewSpec, sink: Sink): Watch {
    lastViewNo += 1
    const watch = watchView(client, publisher, `${spec.name}#${lastViewNo}` as ViewId, spec, sink)
    watches.set(watch.viewId, watch)
    return watch
  }

  function end(watch: Watch): void {
    watches.delete(watch.viewId)
    watch.close()
  }

  function list<N extends ListViewName>(): ListView<N> {
    const list = createListStore<ListRow<N>>()
    let watch: Watch | null = null
    const sink: Sink = {
      ...list,
      receive: (model, cause) => list.receive(model as ListModel<ListRow<N>>, cause),
      // The status says that the engine is gone; the rows stay, dimmed.
      lose: () => undefined,
    }
    return {
      list,
      open(spec) {
        if (watch) watch.change(spec)
        else watch = start(spec, sink)
      },
      close() {
        if (watch) end(watch)
        watch = null
      },
    }
  }

  function value<N extends ValueViewName>(spec: Extract<ViewSpec, { name: N }>): ValueView<N> {
    const key = JSON.stringify(spec)
    const known = values.get(key)
    if (known) return known
    const view: ValueView<N> = createValueView<N>(spec, start, end, {
      shared: () => values.set(key, view),
      unshared: () => values.delete(key),
    })
    values.set(key, view)
    return view
  }

  return {
    list,
    value,
    openCount: () => watches.size,
    stop() {
      for (const stopHearing of unhear) stopHearing()
      for (const watch of [...watches.values()]) end(watch)
    },
  }
}

function createValueView<N extends ValueViewName>(
  spec: ViewSpec,
  start: (spec: ViewSpec, sink: Sink) => Watch,
  end: (watch: Watch) => void,
  on: { shared: () => void; unshared: () => void },
): ValueView<N> {
  const store = createValueStore<ViewValue<N>>()
  const sink: Sink = {
    receive(model) {
      if (model.kind === 'value')
        store.setState({ value: model.value as ViewValue<N>, error: null, isLost: false })
    },
    setAsking: () => undefined,
    fail: (error) => store.setState({ error, isLost: true }),
    lose: () => store.setState({ isLost: true }),
  }
  let watch: Watch | null = null
  let lookers = 0
  return {
    store,
    look() {
      lookers += 1
      // A component may look again at a view it left: effects run twice in StrictMode.
      on.shared()
      watch ??= start(spec, sink)
      return () => {
        lookers -= 1
        if (lookers > 0 || !watch) return
        end(watch)
        watch = null
        on.unshared()
      }
    },
  }
}

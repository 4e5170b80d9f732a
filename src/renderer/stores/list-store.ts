import { createStore, type StoreApi } from 'zustand/vanilla'
import type { IpcError } from '../bridge/client.ts'
import type { ListModel, Row } from '../bridge/model.ts'

/** `answer`: what the person asked for (first look, scroll, sort, search). `change`: what came by itself. */
export type Cause = 'answer' | 'change'

export interface ListState<R extends Row = Row> {
  /** What to draw; null until the first answer. */
  readonly shown: ListModel<R> | null
  /** A newer order waits until the pointer leaves the list. */
  readonly orderWaits: boolean
  /** The newest question is not answered yet; `shown` still answers an older one. */
  readonly isAsking: boolean
  /** Why the newest question could not be answered; it is being asked again. */
  readonly error: IpcError | null
  /** Counts the answers to questions of the person's own making. */
  readonly answerNo: number
}

/** A list as it is drawn: its newest model, or the order under the pointer with the newest values. */
export interface ListStore<R extends Row = Row> {
  readonly store: StoreApi<ListState<R>>
  receive(model: ListModel<R>, cause: Cause): void
  setAsking(isAsking: boolean): void
  fail(error: IpcError): void
  /** While held, changes update values in place and the new order waits. */
  hold(isHeld: boolean): void
}

export function createListStore<R extends Row>(): ListStore<R> {
  const store = createStore<ListState<R>>(() => ({
    shown: null,
    orderWaits: false,
    isAsking: true,
    error: null,
    answerNo: 0,
  }))
  let latest: ListModel<R> | null = null
  let isHeld = false

  return {
    store,
    receive(model, cause) {
      latest = model
      const { shown, answerNo } = store.getState()
      const settled = { isAsking: false, error: null }
      if (isHeld && cause === 'change' && shown) {
        store.setState({ ...settled, ...keepOrder(shown, model) })
      } else {
        const next = cause === 'answer' ? answerNo + 1 : answerNo
        store.setState({ ...settled, shown: model, orderWaits: false, answerNo: next })
      }
    },
    setAsking: (isAsking) => store.setState({ isAsking }),
    fail: (error) => store.setState({ error }),
    hold(next) {
      isHeld = next
      if (!isHeld && latest) store.setState({ shown: latest, orderWaits: false })
    },
  }
}

/** The order of `shown` with the values of `latest`; a row that left keeps what was last known of it. */
export function keepOrder<R extends Row>(
  shown: ListModel<R>,
  latest: ListModel<R>,
): { shown: ListModel<R>; orderWaits: boolean } {
  const values = new Map(latest.rows.map((row) => [row.id, row]))
  const rows = shown.rows.map((row) => values.get(row.id) ?? row)
  const sameOrder =
    shown.total === latest.total &&
    shown.offset === latest.offset &&
    shown.rows.length === latest.rows.length &&
    shown.rows.every((row, index) => row.id === latest.rows[index]?.id)
  return { shown: sameOrder ? latest : { ...shown, rows }, orderWaits: !sameOrder }
}

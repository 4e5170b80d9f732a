import { createStore, type StoreApi } from 'zustand/vanilla'
import type { IpcError } from '../bridge/client.ts'

export interface ValueState<V> {
  /** Undefined until the first answer (null can be an answer). */
  readonly value: V | undefined
  readonly error: IpcError | null
  /** The engine that said it is gone or fails: the value is what was last known. */
  readonly isLost: boolean
}

export type ValueStore<V> = StoreApi<ValueState<V>>

export const createValueStore = <V>(): ValueStore<V> =>
  createStore<ValueState<V>>(() => ({ value: undefined, error: null, isLost: false }))

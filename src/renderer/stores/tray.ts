import { createStore, type StoreApi } from 'zustand/vanilla'
import type { MutationId } from '#shared/domain/ids.ts'
import type { Refusal } from '#shared/protocol/work.ts'

/** A line of the tray: the receipt of one command, or something that was said about many. */
export type TrayLine =
  | { readonly kind: 'receipt'; readonly id: MutationId; readonly doubt: Refusal | null }
  | { readonly kind: 'note'; readonly id: string; readonly tone: 'plain' | 'bad'; readonly text: string }

export interface TrayState {
  /** Newest first. */
  readonly lines: readonly TrayLine[]
}

export interface Tray {
  readonly store: StoreApi<TrayState>
  put(line: TrayLine): void
  note(text: string, tone?: 'plain' | 'bad'): void
  close(id: string): void
}

/** More would hide the screen; what leaves the tray is in the work list. */
const LINES = 3

export function createTray(): Tray {
  const store = createStore<TrayState>(() => ({ lines: [] }))
  let notes = 0
  const put = (line: TrayLine): void =>
    store.setState(({ lines }) => ({
      lines: [line, ...lines.filter(({ id }) => id !== line.id)].slice(0, LINES),
    }))
  return {
    store,
    put,
    note(text, tone = 'plain') {
      notes += 1
      put({ kind: 'note', id: `note-${notes}`, tone, text })
    },
    close: (id) => store.setState(({ lines }) => ({ lines: lines.filter((line) => line.id !== id) })),
  }
}

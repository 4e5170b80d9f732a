import type { ContenderKind } from '../contenders/port.ts'

/* Folders that contenders have filled: a million rows take one of them most of a minute, which no scenario should ask for twice. */

const stores = new Map<string, string>()

const keyOf = ({ name }: ContenderKind, rows: number): string => `${name}/${rows}`

/** @param folder filled by a contender that keeps its rows on disk; it must stay until the run is over */
export const rememberStore = (kind: ContenderKind, rows: number, folder: string): void =>
  void stores.set(keyOf(kind, rows), folder)

/** The folder that one of its size has filled in an earlier scenario of this run. */
export const filledStore = (kind: ContenderKind, rows: number): string | null =>
  stores.get(keyOf(kind, rows)) ?? null

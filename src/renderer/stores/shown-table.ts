import type { TableSpec } from '#shared/protocol/paper.ts'

/** A table that is on screen: which one with which filters, and what it is called there. */
export interface ShownTable {
  readonly view: TableSpec
  readonly title: string
}

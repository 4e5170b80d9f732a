import type { ListSpec } from '#shared/protocol/paper.ts'

/** A list that is on screen: which view with which filters, and what it is called there. */
export interface ShownTable {
  readonly view: ListSpec
  readonly title: string
}

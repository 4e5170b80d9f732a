/** A rule broken on purpose: each edit replaces text that stands exactly once in its file. */
export interface Mutation {
  name: string
  /** The rule it breaks, by id. */
  rule: string
  /** What the console would do wrong. */
  harm: string
  edits: readonly { file: string; find: string; replace: string }[]
}

/** Six ways in which other sync engines went wrong. */
export const mutations: readonly Mutation[] = []

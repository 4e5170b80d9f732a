/** How a run can go wrong, as the summary counts it. */
export const problemKinds = [
  'mirror differs',
  'wrong status',
  'wrong screen',
  'wrong figure',
  'wrong work',
  'stuck link',
  'leak',
  'error',
] as const
export type ProblemKind = (typeof problemKinds)[number]

export interface Problem {
  kind: ProblemKind
  words: string
}

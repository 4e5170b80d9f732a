import { expect, test } from 'vitest'
import type { Digest } from '#shared/protocol/server.ts'
import { siteScope } from '#shared/domain/scope.ts'
import { differingBuckets } from './digest-compare.ts'

type Sums = [table: string, bucket: string, count: number, seqSum: number]

const digest = (...sums: Sums[]): Digest => ({
  scope: siteScope,
  epoch: 'an epoch',
  head: 9,
  buckets: sums.map(([table, bucket, count, seqSum]) => ({ table, bucket, count, seq_sum: seqSum })),
})

test('[M3] equal digests differ in no bucket, in whatever order they are told', () => {
  const mug: Sums = ['products', '1f', 2, 11]
  const jug: Sums = ['products', 'a0', 1, 7]
  expect(differingBuckets(digest(mug, jug), digest(jug, mug))).toEqual([])
  expect(differingBuckets(digest(), digest())).toEqual([])
})

test.each<[why: string, mine: Sums[], theirs: Sums[]]>([
  ['a row is missing', [['products', '1f', 1, 4]], [['products', '1f', 2, 11]]],
  ['a row is too many', [['products', '1f', 3, 20]], [['products', '1f', 2, 11]]],
  ['a row is older than it should be', [['products', '1f', 2, 10]], [['products', '1f', 2, 11]]],
  ['the count differs and the sum does not', [['products', '1f', 3, 11]], [['products', '1f', 2, 11]]],
  ['only the server has it', [], [['products', '1f', 1, 4]]],
  ['only the mirror has it', [['products', '1f', 1, 4]], []],
])('[M3] a bucket differs when %s', (_why, mine, theirs) => {
  const same: Sums = ['inventory', '1f', 5, 50]
  expect(differingBuckets(digest(same, ...mine), digest(...theirs, same))).toEqual([
    { table: 'products', bucket: '1f' },
  ])
})

test('[M3] one byte of two tables is two buckets', () => {
  expect(
    differingBuckets(
      digest(['products', '1f', 1, 4], ['inventory', '1f', 1, 4]),
      digest(['products', '1f', 1, 4], ['inventory', '1f', 1, 5]),
    ),
  ).toEqual([{ table: 'inventory', bucket: '1f' }])
})

test('a bucket told with no rows is the same as one that is not told', () => {
  expect(differingBuckets(digest(['products', '1f', 0, 0]), digest())).toEqual([])
  expect(differingBuckets(digest(), digest(['products', '1f', 0, 0]))).toEqual([])
})

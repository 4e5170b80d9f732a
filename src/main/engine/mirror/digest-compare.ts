import type { Bucket, Digest } from '#shared/protocol/server.ts'

/** The buckets in which two digests of a scope differ, those that only one of them has included. */
export function differingBuckets(mine: Digest, theirs: Digest): Bucket[] {
  const left = byBucket(theirs)
  const differing: Bucket[] = []
  for (const [key, { table, bucket, count, seq_sum: seqSum }] of byBucket(mine)) {
    const other = left.get(key)
    left.delete(key)
    // A bucket without rows may be told as zero or not at all.
    if ((other?.count ?? 0) !== count || (other?.seq_sum ?? 0) !== seqSum) differing.push({ table, bucket })
  }
  for (const { table, bucket, count, seq_sum: seqSum } of left.values()) {
    if (count !== 0 || seqSum !== 0) differing.push({ table, bucket })
  }
  return differing
}

const byBucket = ({ buckets }: Digest) =>
  new Map(buckets.map((bucket) => [`${bucket.table}/${bucket.bucket}`, bucket]))

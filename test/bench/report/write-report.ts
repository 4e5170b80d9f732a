import type { BenchResults } from '../suite/results.ts'

export async function writeReport(_results: BenchResults): Promise<void> {
  await Promise.resolve()
}

import type { Command, CommandOutcome } from '#shared/domain/commands.ts'

/*
 * Holds a rate: every beat it sends what is due since the start, in one batch. A slow answer makes the next batch larger, so
 * the rate is held as long as the server can.
 */

export interface Orchestra {
  take(count: number): Command[]
  /** Applies a batch; rejects when there was no answer. The same batch is then sent again: its ids make that safe. */
  apply(commands: readonly Command[]): Promise<CommandOutcome[]>
  /** Milliseconds that only grow. */
  now(): number
  /** Resolves after `ms`, or at once when stopped. */
  pause(ms: number): Promise<void>
  isStopped(): boolean
}

export interface Played {
  /** Wall time from the first beat to the last answer, ms. */
  tookMs: number
  applied: number
  /** By code. */
  refused: Map<string, number>
  /** Batches that were sent again after no answer. */
  retries: number
  /** Time to answer of each batch, ms. */
  latenciesMs: number[]
}

export interface PlayOptions {
  /** Movements per second. */
  rate: number
  /** Ends after this long; null: at the end of the file. */
  durationMs: number | null
  onBeat?: (played: Played) => void
}

const LARGEST_BATCH = 500
const SHORTEST_BEAT_MS = 40
const RETRY_PAUSE_MS = 1_000

export async function play(orchestra: Orchestra, { rate, durationMs, onBeat }: PlayOptions): Promise<Played> {
  const played: Played = { tookMs: 0, applied: 0, refused: new Map(), retries: 0, latenciesMs: [] }
  const beatMs = Math.max(SHORTEST_BEAT_MS, 1_000 / rate)
  const startedAt = orchestra.now()
  const most = durationMs === null ? Infinity : Math.round((rate * durationMs) / 1_000)
  let sent = 0
  while (!orchestra.isStopped() && sent < most) {
    const elapsedMs = orchestra.now() - startedAt
    if (durationMs !== null && elapsedMs >= durationMs + beatMs) break
    const due = Math.min(Math.floor((elapsedMs / 1_000) * rate) + 1, most) - sent
    if (due > 0) {
      const commands = orchestra.take(Math.min(due, LARGEST_BATCH))
      if (commands.length === 0) break
      sent += commands.length
      await applyUntilAnswered(orchestra, commands, played)
      played.tookMs = orchestra.now() - startedAt
      onBeat?.(played)
    }
    const nextBeatAt = startedAt + (Math.floor((orchestra.now() - startedAt) / beatMs) + 1) * beatMs
    await orchestra.pause(nextBeatAt - orchestra.now())
  }
  return played
}

async function applyUntilAnswered(
  orchestra: Orchestra,
  commands: readonly Command[],
  played: Played,
): Promise<void> {
  for (;;) {
    const sentAt = orchestra.now()
    try {
      const outcomes = await orchestra.apply(commands)
      played.latenciesMs.push(orchestra.now() - sentAt)
      for (const outcome of outcomes) {
        if (outcome.outcome === 'applied') played.applied += 1
        else played.refused.set(outcome.code, (played.refused.get(outcome.code) ?? 0) + 1)
      }
      return
    } catch (error) {
      if (orchestra.isStopped()) throw error
      played.retries += 1
      await orchestra.pause(RETRY_PAUSE_MS)
    }
  }
}

/** The value below which this share (0 to 1) of the values lies; 0 without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

import type { Log } from '../engine/ports.ts'
import { createLog } from './log.ts'

/** A log for tests that remembers its lines, redacted as the real one. */
export interface RecordingLog extends Log {
  events(): string[]
  text(): string
}

export function recordingLog(): RecordingLog {
  const lines: string[] = []
  const log = createLog(
    (line) => lines.push(line),
    () => '2026-01-01T00:00:00.000Z',
  )
  return {
    ...log,
    events: () => lines.map((line) => (JSON.parse(line) as { event: string }).event),
    text: () => lines.join('\n'),
  }
}

import type { Log } from '../engine/ports.ts'
import { redact } from './redact.ts'

export type Level = 'debug' | 'info' | 'warn' | 'error'

/** Where finished lines go. Must not block: the main thread dispatches keystrokes. */
export type LineSink = (line: string, level: Level) => void

/**
 * Log lines as JSON, one event each: `{"at":…,"level":…,"event":…,…facts}`.
 * @param sink takes each line, without its line end
 * @param nowIso the time of a line
 */
export function createLog(sink: LineSink, nowIso: () => string, base: Record<string, unknown> = {}): Log {
  const write = (level: Level, event: string, facts?: Record<string, unknown>) => {
    const clean = redact({ ...base, ...facts }) as Record<string, unknown>
    // Named twice: first for their place in the line, last so that no fact of the same name hides them.
    const head = { at: nowIso(), level, event }
    sink(JSON.stringify({ ...head, ...clean, ...head }), level)
  }
  return {
    debug: (event, facts) => write('debug', event, facts),
    info: (event, facts) => write('info', event, facts),
    warn: (event, facts) => write('warn', event, facts),
    error: (event, facts) => write('error', event, facts),
    with: (facts) => createLog(sink, nowIso, { ...base, ...facts }),
  }
}

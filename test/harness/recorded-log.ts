import type { Log } from '#engine/ports.ts'

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error'
  event: string
  facts: Record<string, unknown>
}

/** A log that keeps its lines, for tests that ask what was said. */
export function recordedLog(): Log & { lines: LogLine[]; events(): string[] } {
  const lines: LogLine[] = []
  const make = (fixed: Record<string, unknown>): Log => {
    const line =
      (level: LogLine['level']) =>
      (event: string, facts: Record<string, unknown> = {}): void =>
        void lines.push({ level, event, facts: { ...fixed, ...facts } })
    return {
      debug: line('debug'),
      info: line('info'),
      warn: line('warn'),
      error: line('error'),
      with: (facts) => make({ ...fixed, ...facts }),
    }
  }
  return { ...make({}), lines, events: () => lines.map((line) => line.event) }
}

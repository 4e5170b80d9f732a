export { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
export const HOUR_MS = 3_600_000

/**
 * How long a test waits for what must come, before it fails, in ms of real time. It bounds how late a failure is told and
 * nothing else: a machine that is slow, or busy with other things, makes a test slow and not wrong.
 */
export const PATIENCE_MS = 30_000

import { z } from 'zod'
import { failed, ok, type Reply } from '#shared/protocol/reply.ts'
import { MAX_WINDOWS, WindowLook } from '#shared/protocol/windows.ts'
import type { Log } from '../engine/ports.ts'
import { oneAfterAnother } from '../storage/atomic-file.ts'
import { readJsonFile, writeJsonFile } from '../storage/json-file.ts'

/*
 * The windows of one station: a desk, and beside it a wall board or another screen. All of them watch the one engine, each with
 * views of its own. Which are open is kept, so that the desk stands tomorrow as it stood today.
 */

/** Numbers of the windows beside the first. What each shows is its own to remember. */
const Kept = z.object({
  version: z.literal(1),
  beside: z.array(z.int().min(2).max(MAX_WINDOWS)).max(MAX_WINDOWS - 1),
})

/** An open window, as far as the set needs to know it. */
export interface OpenWindow {
  bringToFront(): void
}

export interface WindowSetPorts {
  /** Absolute path of `windows.json`. */
  file: string
  /**
   * @param look null for a window that comes back as it was left
   * @param closed to be called once it is gone
   */
  open(no: number, look: WindowLook | null, closed: () => void): Promise<OpenWindow>
  log: Log
}

export interface WindowSet {
  /** Opens the windows that were open at the last end, or brings the first of the open ones to the front. */
  show(): Promise<void>
  /** Opens one more. @returns false when there are as many as there may be */
  add(look: WindowLook): Promise<boolean>
  /** From here on a window that closes does so because everything ends: it will be there again. */
  ending(): Promise<void>
}

export function openWindowSet({ file, open, log }: WindowSetPorts): WindowSet {
  const windows = new Map<number, OpenWindow>()
  const inTurn = oneAfterAnother()
  let beside: readonly number[] = []
  let isEnding = false
  let written = Promise.resolve()

  function keep(next: readonly number[]): void {
    beside = next
    written = inTurn(() => writeJsonFile(file, { version: 1, beside: next })).catch((error: unknown) =>
      log.warn('windows.not-kept', { error: String(error) }),
    )
  }

  async function openOne(no: number, look: WindowLook | null): Promise<void> {
    const window = await open(no, look, () => {
      windows.delete(no)
      // The last window that closes ends the console; what stood beside it was closed before, one by one.
      if (!isEnding && no > 1) keep(beside.filter((other) => other !== no))
    })
    windows.set(no, window)
  }

  return {
    show: () =>
      inTurn(async () => {
        const [first] = [...windows].sort(([a], [b]) => a - b)
        if (first) return first[1].bringToFront()
        const kept = await readJsonFile(file, Kept)
        beside = kept.kind === 'read' ? kept.value.beside : []
        await openOne(1, null)
        for (const no of beside) await openOne(no, null)
      }),
    add: (look) =>
      inTurn(async () => {
        const numbers = Array.from({ length: MAX_WINDOWS }, (_, i) => i + 1)
        const no = numbers.find((number) => !windows.has(number))
        if (no === undefined) return false
        if (no > 1) keep([...beside.filter((other) => other !== no), no])
        await openOne(no, look)
        return true
      }),
    ending: async () => {
      isEnding = true
      await written
    },
  }
}

/** Answers `window.open`. */
export async function openWindow(
  windows: WindowSet,
  look: WindowLook,
): Promise<Reply<Record<string, never>>> {
  if (await windows.add(look)) return ok({})
  return failed('rate-limited', `${MAX_WINDOWS} windows are open. Close one, then open this one again.`)
}

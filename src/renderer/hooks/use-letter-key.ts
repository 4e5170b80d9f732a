import { useEffectEvent, useLayoutEffect } from 'react'
import { isSpokenFor } from './use-shortcut.ts'

/** No hand types two keys within this time, in milliseconds; a scanner does nothing else. */
export const BURST_MS = 50

/**
 * Runs `action` when a person types `letter`, not while somebody writes or a dialog is open. A scanner types letters wherever
 * the focus is: a letter among others that follow at once was read, not typed, and does nothing.
 */
export function useLetterKey(letter: string, action: () => void): void {
  const run = useEffectEvent(action)
  // Heard from the moment the action is on screen.
  useLayoutEffect(() => {
    let lastAt = -BURST_MS
    let waiting: ReturnType<typeof setTimeout> | undefined
    function onKeyDown(event: KeyboardEvent): void {
      const at = performance.now()
      const isBurst = at - lastAt < BURST_MS
      lastAt = at
      clearTimeout(waiting)
      const hasModifier = event.ctrlKey || event.metaKey || event.altKey
      if (isBurst || hasModifier || event.repeat || event.defaultPrevented) return
      if (event.key.toLowerCase() !== letter || isSpokenFor(event)) return
      waiting = setTimeout(run, BURST_MS)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => {
      clearTimeout(waiting)
      document.removeEventListener('keydown', onKeyDown)
    }
  }, [letter])
}

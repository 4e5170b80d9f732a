import { useEffect, useEffectEvent } from 'react'

/**
 * Runs `action` when `key` is pressed anywhere: plain keys not while someone types, nor while a dialog is open.
 * @param key a `KeyboardEvent.key`; with `mod` Ctrl or Cmd is held, and it is heard everywhere unless it is `polite`
 */
export function useShortcut(
  key: string,
  action: () => void,
  options: { mod?: boolean; polite?: boolean } = {},
): void {
  const needsMod = options.mod ?? false
  const isPolite = options.polite ?? !needsMod
  const run = useEffectEvent(action)
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const hasMod = event.ctrlKey || event.metaKey
      if (event.key !== key || hasMod !== needsMod || event.altKey || event.defaultPrevented) return
      if (isPolite && isSpokenFor(event)) return
      event.preventDefault()
      run()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [key, needsMod, isPolite])
}

/** Somebody types, or a dialog is open: a plain key means something else then. */
export const isSpokenFor = ({ target }: KeyboardEvent): boolean =>
  isTyping(target) || document.querySelector('[role=dialog], [role=alertdialog]') !== null

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}

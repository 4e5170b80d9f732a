import { useEffect, useEffectEvent } from 'react'

interface Options {
  readonly mod?: boolean
  readonly polite?: boolean
  /** Heard from its fields too, whatever is typed there. */
  readonly within?: React.RefObject<HTMLElement | null>
}

/**
 * Runs `action` when `key` is pressed anywhere: plain keys not while someone types, nor while a dialog is open.
 * @param key a `KeyboardEvent.key`; with `mod` Ctrl or Cmd is held, and it is heard everywhere unless it is `polite`
 */
export function useShortcut(key: string, action: () => void, options: Options = {}): void {
  const needsMod = options.mod ?? false
  const isPolite = options.polite ?? !needsMod
  const { within } = options
  const run = useEffectEvent(action)
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const hasMod = event.ctrlKey || event.metaKey
      if (event.key !== key || hasMod !== needsMod || event.altKey || event.defaultPrevented) return
      if (isPolite && !isInside(event, within) && isSpokenFor(event)) return
      event.preventDefault()
      run()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [key, needsMod, isPolite, within])
}

/** Somebody types, or a dialog is open: a plain key means something else then. */
export const isSpokenFor = ({ target }: KeyboardEvent): boolean =>
  isTyping(target) || document.querySelector('[role=dialog], [role=alertdialog]') !== null

const isInside = ({ target }: KeyboardEvent, within: Options['within']): boolean =>
  target instanceof Node && within?.current?.contains(target) === true

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}

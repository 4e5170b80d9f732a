import s from './Kbd.module.css'

/** A key, as printed on the keyboard. */
export function Kbd({ children }: { children: React.ReactNode }): React.ReactNode {
  return <kbd className={s['key']}>{children}</kbd>
}

/** What people here call the key that goes with letters. */
export const commandKey: string = /Mac|iP(hone|ad)/.test(globalThis.navigator?.platform ?? '') ? '⌘' : 'Ctrl'

import type { PreferencesStore, ThemeChoice } from './preferences.ts'

export type Theme = 'light' | 'dark' | 'contrast'

/** Keeps `data-theme` of the document what the person chose, or what the system says. @returns stops */
export function followTheme(preferences: PreferencesStore, root: HTMLElement, view: Window): () => void {
  const dark = view.matchMedia('(prefers-color-scheme: dark)')
  const contrast = view.matchMedia('(prefers-contrast: more)')
  const apply = (): void => {
    root.dataset['theme'] = resolveTheme(preferences.getState().theme, dark.matches, contrast.matches)
  }
  apply()
  const unsubscribe = preferences.subscribe(apply)
  dark.addEventListener('change', apply)
  contrast.addEventListener('change', apply)
  return () => {
    unsubscribe()
    dark.removeEventListener('change', apply)
    contrast.removeEventListener('change', apply)
  }
}

export function resolveTheme(choice: ThemeChoice, prefersDark: boolean, prefersContrast: boolean): Theme {
  if (choice !== 'system') return choice
  if (prefersContrast) return 'contrast'
  return prefersDark ? 'dark' : 'light'
}

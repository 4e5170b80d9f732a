import { useSyncExternalStore } from 'react'

/** What charts are drawn with: the window's own tokens, as the theme has them now. */
export interface ChartTheme {
  readonly text: string
  readonly second: string
  readonly line: string
  readonly strong: string
  readonly surface: string
  readonly accent: string
  readonly warn: string
  readonly font: string
}

const names = {
  text: '--text',
  second: '--text-second',
  line: '--line',
  strong: '--control-line',
  surface: '--surface',
  accent: '--accent',
  warn: '--warn-shape',
} as const

let cached: { key: string; theme: ChartTheme } | null = null

function read(): ChartTheme {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string): string => style.getPropertyValue(name).trim()
  const colours = Object.values(names).map(of)
  const key = colours.join()
  if (cached?.key !== key) {
    const theme = Object.fromEntries(Object.keys(names).map((name, n) => [name, colours[n] ?? '']))
    cached = {
      key,
      theme: { ...(theme as Omit<ChartTheme, 'font'>), font: `12px ${of('--font') || 'sans-serif'}` },
    }
  }
  return cached.theme
}

function subscribe(changed: () => void): () => void {
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  return () => observer.disconnect()
}

export const useChartTheme = (): ChartTheme => useSyncExternalStore(subscribe, read)

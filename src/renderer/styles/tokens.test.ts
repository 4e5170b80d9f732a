import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

/** The colour tokens of one theme, as written. */
function tokensOf(theme: string): Map<string, string> {
  const block = must(css.split(`data-theme='${theme}'] {`)[1]?.split('}')[0], `theme ${theme}`)
  return new Map(
    [...block.matchAll(/--([\w-]+): (oklch\([^)]+\));/g)].map(([, name, value]) => [name ?? '', value ?? '']),
  )
}

/** Relative luminance of an opaque OKLCH colour, as WCAG 2.2 counts it: through linear sRGB, clipped to its gamut. */
function luminance(oklch: string): number {
  const [l = 0, c = 0, h = 0] = (oklch.match(/[\d.]+/g) ?? []).map(Number)
  const a = c * Math.cos((h * Math.PI) / 180)
  const b = c * Math.sin((h * Math.PI) / 180)
  const [x, y, z] = [
    l + 0.3963377774 * a + 0.2158037573 * b,
    l - 0.1055613458 * a - 0.0638541728 * b,
    l - 0.0894841775 * a - 1.291485548 * b,
  ].map((root) => root ** 3) as [number, number, number]
  const clip = (value: number): number => Math.min(1, Math.max(0, value))
  const red = clip(4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z)
  const green = clip(-1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z)
  const blue = clip(-0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((p, q) => p - q) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const grounds = ['canvas', 'surface', 'raised', 'hover', 'selected', 'warn-tint', 'bad-tint']
const rowGrounds = ['surface', 'hover', 'selected']
const texts: [text: string, grounds: readonly string[]][] = [
  ['text', [...grounds, 'mark']],
  ['text-second', [...grounds, 'mark']],
  ['text-third', ['canvas', 'surface', 'raised', 'hover', 'selected', 'mark']],
  ['good', rowGrounds],
  ['warn', [...rowGrounds, 'canvas']],
  ['bad', [...rowGrounds, 'bad-tint', 'raised']],
  ['on-accent', ['accent-fill', 'accent-fill-hover']],
]
const signs: [sign: string, grounds: readonly string[]][] = [
  ['good-shape', [...rowGrounds, 'canvas']],
  ['warn-shape', [...rowGrounds, 'warn-tint']],
  ['bad-shape', [...rowGrounds, 'bad-tint']],
  ['focus', ['surface', 'canvas', 'raised', 'selected']],
  ['control-line', ['surface']],
  ['accent', ['surface', 'canvas', 'selected']],
]

describe.each([
  ['light', 4.5],
  ['dark', 4.5],
  ['contrast', 7],
])('the %s theme', (theme, leastForText) => {
  const tokens = tokensOf(theme)
  const ratio = (one: string, other: string): number =>
    contrast(must(tokens.get(one), one), must(tokens.get(other), other))

  test.each(texts)(`%s can be read wherever it is drawn, at ${leastForText}:1 or better`, (text, on) => {
    const weak = on.filter((ground) => ratio(text, ground) < leastForText)
    expect(weak.map((ground) => `${text} on ${ground}: ${ratio(text, ground).toFixed(2)}`)).toEqual([])
  })

  test.each(signs)('%s can be made out at 3:1 or better', (sign, on) => {
    const weak = on.filter((ground) => ratio(sign, ground) < 3)
    expect(weak.map((ground) => `${sign} on ${ground}: ${ratio(sign, ground).toFixed(2)}`)).toEqual([])
  })
})

test('every theme has the same tokens', () => {
  const names = [...tokensOf('light').keys()].sort()
  expect([...tokensOf('dark').keys()].sort()).toEqual(names)
  expect(names.filter((name) => !tokensOf('contrast').has(name))).toEqual([])
})

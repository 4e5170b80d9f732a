/*
 * Charts as plain SVG: text stays text, and they follow the reader's light or dark. A line has a colour and a shape, and its name
 * at its end: none of it is said by colour alone.
 */

export interface Series {
  name: string
  /** Drawn before others, thicker: ours. */
  emphasis: 'ours' | 'other'
  /** Its colour and its mark, where they are to be the same on several charts; otherwise by its place. */
  tone?: number
  points: readonly { x: number; y: number }[]
}

interface Axis {
  label: string
  /** A tick's text. */
  text(value: number): string
}

export interface LineChart {
  title: string
  x: Axis
  y: Axis
  series: readonly Series[]
}

const WIDTH = 720
const HEIGHT = 400
const LEFT = 76
const RIGHT = 150
const TOP = 56
const BOTTOM = 52
const LINE_HEIGHT = 15

const style = `
  text { font: 13px system-ui, sans-serif; fill: #333b48; }
  .title { font-weight: 600; font-size: 15px; }
  .quiet { fill: #5b6474; font-size: 12px; }
  .grid { stroke: #dde1e7; }
  .ours { font-weight: 700; }
  .c0 { --c: #1d5fd1; } .c1 { --c: #a8560a; } .c2 { --c: #7a3fb8; } .c3 { --c: #b0225f; } .c4 { --c: #0a7a54; } .c5 { --c: #5b6474; }
  .line { fill: none; stroke: var(--c); stroke-width: 1.6; }
  .line.ours { stroke-width: 3.2; }
  .mark { fill: var(--c); }
  .name { fill: var(--c); }
  .back { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #d6dbe4; }
    .quiet { fill: #9aa4b5; }
    .grid { stroke: #333b48; }
    .c0 { --c: #7db0ff; } .c1 { --c: #f0a860; } .c2 { --c: #c9a0f5; } .c3 { --c: #f590bb; } .c4 { --c: #5fd0a5; } .c5 { --c: #9aa4b5; }
    .back { fill: #14181f; }
  }`

/** Marks by shape, in the order of the colours. */
const marks: readonly ((x: number, y: number) => string)[] = [
  (x, y) => `<circle class="mark" cx="${x}" cy="${y}" r="5"/>`,
  (x, y) => `<rect class="mark" x="${x - 4}" y="${y - 4}" width="8" height="8"/>`,
  (x, y) => `<path class="mark" d="M${x} ${y - 5}l5 9h-10z"/>`,
  (x, y) => `<path class="mark" d="M${x} ${y - 5.5}l5.5 5.5-5.5 5.5-5.5-5.5z"/>`,
  (x, y) => `<path class="mark" d="M${x} ${y + 5}l5-9h-10z"/>`,
  (x, y) => `<path class="line" d="M${x - 4} ${y - 4}l8 8m0-8l-8 8"/>`,
]

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

const at = (value: number): number => Math.round(value * 10) / 10

/** Both axes by powers of ten: what is ten times as much is as far away everywhere. */
function scale(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)))
  const high = Math.max(Math.ceil(Math.log10(Math.max(...values))), low + 1)
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i))
  return { ticks, of: (value: number) => at(from + ((Math.log10(value) - low) / (high - low)) * (to - from)) }
}

/** Names at the ends of their lines, moved apart where lines end near each other. */
function apart(ends: readonly number[]): number[] {
  const order = ends.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y)
  for (let i = 1; i < order.length; i += 1) {
    const [above, below] = [order[i - 1]!, order[i]!]
    below.y = Math.max(below.y, above.y + LINE_HEIGHT)
  }
  // Too low at the bottom: all move up together.
  const over = Math.max(0, (order.at(-1)?.y ?? 0) - (HEIGHT - BOTTOM))
  return order.sort((a, b) => a.i - b.i).map(({ y }) => at(y - over))
}

/** Lines over sizes, both axes by powers of ten. */
export function lineChart({ title, x, y, series }: LineChart): string {
  const points = series.flatMap((one) => one.points)
  const across = scale(
    points.map((point) => point.x),
    LEFT,
    WIDTH - RIGHT,
  )
  const up = scale(
    points.map((point) => point.y),
    HEIGHT - BOTTOM,
    TOP,
  )
  const ends = apart(series.map((one) => up.of(one.points.at(-1)?.y ?? 1)))
  const grid = [
    ...up.ticks.map((tick) => {
      const height = up.of(tick)
      return (
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${height}" y2="${height}"/>` +
        `<text class="quiet" x="${LEFT - 10}" y="${height + 4}" text-anchor="end">${escaped(y.text(tick))}</text>`
      )
    }),
    ...across.ticks.map((tick) => {
      const place = across.of(tick)
      return `<text class="quiet" x="${place}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${escaped(x.text(tick))}</text>`
    }),
    `<text class="quiet" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${escaped(x.label)}</text>`,
    `<text class="quiet" x="16" y="44">${escaped(y.label)}</text>`,
  ]
  const lines = series.map((one, i) => {
    const tone = (one.tone ?? i) % marks.length
    const mark = marks[tone]!
    const path = one.points.map((point) => `${across.of(point.x)} ${up.of(point.y)}`).join('L')
    const last = one.points.at(-1)
    const nameAt = last ? across.of(last.x) + 12 : 0
    return [
      `<g class="c${tone}">`,
      `<path class="line ${one.emphasis}" d="M${path}"/>`,
      ...one.points.map((point) => mark(across.of(point.x), up.of(point.y))),
      `<text class="name ${one.emphasis}" x="${nameAt}" y="${(ends[i] ?? 0) + 4}">${escaped(one.name)}</text>`,
      '</g>',
    ].join('')
  })
  return svg(title, WIDTH, HEIGHT, [...grid, ...lines.reverse()])
}

export interface Pair {
  name: string
  ours: number
  other: number
}

const ROW = 26

/** Two figures of the same thing on one line each, by powers of ten. */
export function pairChart(chart: {
  title: string
  axis: Axis
  other: string
  pairs: readonly Pair[]
}): string {
  const { title, axis, other, pairs } = chart
  const left = 270
  const height = TOP + pairs.length * ROW + BOTTOM
  const across = scale(
    pairs.flatMap((pair) => [pair.ours, pair.other]),
    left,
    WIDTH - 30,
  )
  const body = [
    ...across.ticks.map((tick) => {
      const place = across.of(tick)
      return (
        `<line class="grid" x1="${place}" x2="${place}" y1="${TOP}" y2="${height - BOTTOM}"/>` +
        `<text class="quiet" x="${place}" y="${height - BOTTOM + 18}" text-anchor="middle">${escaped(axis.text(tick))}</text>`
      )
    }),
    `<text class="quiet" x="${(left + WIDTH - 30) / 2}" y="${height - 10}" text-anchor="middle">${escaped(axis.label)}</text>`,
    `<g class="c0">${marks[0]!(left, 40)}<text class="name ours" x="${left + 12}" y="44">smart-shelf</text></g>`,
    `<g class="c1">${marks[1]!(left + 120, 40)}<text class="name" x="${left + 132}" y="44">${escaped(other)}</text></g>`,
    ...pairs.map((pair, i) => {
      const y = TOP + i * ROW + ROW / 2
      const [from, to] = [across.of(pair.ours), across.of(pair.other)]
      return (
        `<text x="${left - 14}" y="${y + 4}" text-anchor="end">${escaped(pair.name)}</text>` +
        `<line class="grid" stroke-width="2" x1="${from}" x2="${to}" y1="${y}" y2="${y}"/>` +
        `<g class="c1">${marks[1]!(to, y)}</g><g class="c0">${marks[0]!(from, y)}</g>`
      )
    }),
  ]
  return svg(title, WIDTH, height, body)
}

const svg = (title: string, width: number, height: number, body: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}\n</style>`,
    `<rect class="back" width="${width}" height="${height}" rx="8"/>`,
    `<text class="title" x="16" y="24">${escaped(title)}</text>`,
    ...body,
    '</svg>',
    '',
  ].join('\n')

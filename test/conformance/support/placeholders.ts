/*
 * Texts with values that the server makes up: `‹uuid 1›` stands for the same uuid wherever it occurs.
 */

const PATTERNS: Record<string, string> = {
  uuid: '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
  id: '[1-9][0-9]*',
  ref: '[^"]+',
  time: '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+]00:00)?',
  n: '[0-9]+',
}

const PLACEHOLDER = /‹(\w+)(?: (\d+))?›/g

export class Placeholders {
  readonly #macros: Record<string, string>
  readonly #known = new Map<string, string>()

  constructor(macros: Record<string, string>) {
    this.#macros = macros
  }

  /** The expected text with everything filled in that is known by now. */
  fill(expected: string): string {
    return expected
      .replace(/‹(columns \d+)›/g, (whole, name: string) => this.#macros[name] ?? whole)
      .replace(PLACEHOLDER, (whole) => this.#known.get(whole) ?? whole)
  }

  /** Does `actual` read as expected? Then the values of new names are kept. */
  matches(expected: string, actual: string): boolean {
    const names: string[] = []
    let pattern = ''
    let at = 0
    const text = this.fill(expected)
    for (const match of text.matchAll(PLACEHOLDER)) {
      pattern += escaped(text.slice(at, match.index))
      pattern += this.#group(match[0], match[1] as string, match[2] !== undefined, names)
      at = match.index + match[0].length
    }
    const found = new RegExp(`^${pattern}${escaped(text.slice(at))}$`, 's').exec(actual)
    if (!found) return false
    names.forEach((name, i) => this.#known.set(name, found[i + 1] as string))
    return true
  }

  #group(name: string, kind: string, isNumbered: boolean, names: string[]): string {
    if (!isNumbered) return `(?:${PATTERNS[kind]})`
    if (names.includes(name)) return `\\${names.indexOf(name) + 1}`
    names.push(name)
    return `(${PATTERNS[kind]})`
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

const RANGE = /^(.*?)(\d{1,6})\.\.(.*?)(\d{1,6})$/

/**
 * The bins a person typed, one on each line, each once. "A1-01..A1-20" is twenty of them; a range that makes no sense is taken as the
 * name it looks like.
 */
export function binsOf(text: string, most: number): string[] | 'too-many' {
  const bins = new Set<string>()
  for (const line of text.split('\n')) {
    for (const bin of namesOf(line.trim(), most + 1)) {
      bins.add(bin)
      if (bins.size > most) return 'too-many'
    }
  }
  return [...bins]
}

function namesOf(line: string, most: number): string[] {
  if (line === '') return []
  const [, head = '', first = '', tail = '', last = ''] = RANGE.exec(line) ?? []
  const [from, to] = [Number(first), Number(last)]
  if (first === '' || head !== tail || from > to) return [line.slice(0, 40)]
  return Array.from({ length: Math.min(most, to - from + 1) }, (_, n) =>
    `${head}${String(from + n).padStart(first.length, '0')}`.slice(0, 40),
  )
}

import type { ListParams } from '#shared/protocol/views.ts'
import { first100, openStation, warehouseId } from '../contenders/smart-shelf.ts'
import { pagesOf, stockRow, type StockRow } from '../contenders/stock-rows.ts'
import { doJob } from '../suite/child.ts'
import type { Contender } from '../suite/measure.ts'

export interface AnyWindowJob {
  who: Extract<Contender, 'smart-shelf' | 'straightforward'>
  rows: number
  folder: string
  /** Each window is asked again and again for so long. */
  spellMs: number
}

export interface AnyWindowSeen {
  what: string
  /** Nobody has asked for it since the start: milestones are not set, what is found is not known. */
  firstMs: number
  samples: number[]
}

type Params = ListParams<'stock.list'>
/** The asked window for the n-th time: a finger on the wheel or the keys does not ask the same twice. */
type Asked = (rows: number, time: number) => Partial<Params>

const FEWEST = 2
const MOST = 300
const typed = 'vintage lantern 7'

const windows: Record<string, Asked> = {
  'first 100 by SKU': () => ({}),
  'anywhere by SKU': (rows, time) => ({ offset: anywhere(rows, time) }),
  'anywhere by available': (rows, time) => ({ offset: anywhere(rows, time), sort: 'available' }),
  'anywhere by bin, descending': (rows, time) => ({
    offset: anywhere(rows, time),
    sort: 'bin',
    direction: 'desc',
  }),
  'the last 100 by name, descending': (rows) => ({ offset: rows - 100, sort: 'name', direction: 'desc' }),
  'first 100 low by bin': () => ({ filter: 'low', sort: 'bin' }),
  'low by name, anywhere': (rows, time) => ({
    filter: 'low',
    sort: 'name',
    offset: anywhere(rows / 40, time),
  }),
  'search of few ("lantern 777")': () => ({ search: 'lantern 777' }),
  'search of a seventh ("lantern")': () => ({ search: 'lantern' }),
  'the same, further down by available': (rows, time) => ({
    ...{ search: 'lantern', sort: 'available' as const, offset: anywhere(rows / 8, time) },
  }),
  'search of what all have ("set of")': () => ({ search: 'set of' }),
  'search of two letters ("nt")': () => ({ search: 'nt' }),
  'search of one digit ("7")': () => ({ search: '7' }),
  'search of a seventh, low ones only': () => ({ search: 'lantern', filter: 'low' }),
  'search as it is typed': (_rows, time) => ({ search: typed.slice(0, 1 + (time % typed.length)) }),
}

/** Scattered places, the same for every contender. */
const anywhere = (rows: number, time: number): number =>
  Math.max(0, Math.floor((((time + 1) * 0.618034) % 1) * (rows - 100)))

export const COUNTS = 'counts of all states'

doJob(async ({ who, rows, folder, spellMs }: AnyWindowJob) => {
  const list = who === 'smart-shelf' ? mirror(folder) : array(rows)
  const asked = Object.entries(windows).map(([what, of]) => ({
    what,
    ask: (time: number) => list.window({ ...first100, ...of(rows, time) }),
  }))
  const seen = [...asked, { what: COUNTS, ask: () => list.counts() }].map(({ what, ask }) => {
    const look = (time: number): number => {
      const startedAt = performance.now()
      ask(time)
      return performance.now() - startedAt
    }
    const firstMs = look(0)
    list.rest()
    const samples: number[] = []
    const until = performance.now() + spellMs
    while (samples.length < FEWEST || (performance.now() < until && samples.length < MOST))
      samples.push(look(samples.length + 1))
    return { what, firstMs, samples }
  })
  list.close()
  return Promise.resolve(seen)
})

interface List {
  window(params: Params): unknown
  counts(): unknown
  /** Nobody asks for anything: whoever prepares for what comes next does it now. */
  rest(): void
  close(): void
}

function mirror(folder: string): List {
  const opened = openStation(folder)
  return {
    window: (params) => opened.stockList(params),
    counts: () => opened.summary({ warehouseId }),
    rest: () => {
      while (opened.walkAhead());
    },
    close: () => opened.close(),
  }
}

const LOW = 10

/** The array, filtered, sorted and sliced as a component does it when what is asked for changes. */
function array(size: number): List {
  const rows: StockRow[] = []
  for (const page of pagesOf(size)) for (const n of page) rows.push(stockRow(n))
  const free = (row: StockRow): number => row.onHand - row.allocated
  const isLow = (row: StockRow): boolean => free(row) > 0 && free(row) <= LOW
  const by: Record<Params['sort'], (row: StockRow) => string | number> = {
    sku: ({ sku }) => sku,
    name: ({ name }) => name,
    bin: ({ bin }) => bin,
    available: free,
    changed: ({ changedAt }) => changedAt,
  }
  return {
    window({ search, filter, sort, direction, offset, limit }) {
      const words = search.toLowerCase().split(' ').filter(Boolean)
      const found = rows.filter((row) => {
        if (filter === 'low' && !isLow(row)) return false
        if (words.length === 0) return true
        const text = `${row.sku}\n${row.name}`.toLowerCase()
        return words.every((word) => text.includes(word))
      })
      const key = by[sort]
      const sign = direction === 'asc' ? 1 : -1
      found.sort((a, b) => {
        const [left, right] = [key(a), key(b)]
        return left < right ? -sign : left > right ? sign : 0
      })
      return { total: found.length, rows: found.slice(offset, offset + limit) }
    },
    counts() {
      const counts = { low: 0, out: 0, fine: 0 }
      for (const row of rows) counts[free(row) <= 0 ? 'out' : isLow(row) ? 'low' : 'fine'] += 1
      return counts
    },
    rest: () => undefined,
    close: () => undefined,
  }
}

import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import { LIVE_LIST, liveListWhats } from '../scenarios/live-list.ts'
import { START, startWhats } from '../scenarios/start.ts'
import { spread } from '../suite/measure.ts'
import type { Figure } from '../suite/results.ts'
import { chartsOf } from './charts.ts'
import { goals } from './goals.ts'
import { goalsTable } from './markdown.ts'
import { pageFile, pageWith, readRecord, recordFile } from './write-report.ts'

const figure = (seen: Partial<Figure> & Pick<Figure, 'scenario' | 'what' | 'rows' | 'p50'>): Figure => ({
  ...{ who: 'smart-shelf', unit: 'ms', samples: 9, p99: seen.p50, least: seen.p50, most: seen.p50 },
  ...seen,
})

const opened = (rows: number, p50: number): Figure =>
  figure({ scenario: START, what: startWhats.opened, rows, p50 })

const batches = (who: Figure['who'], p50: number): Figure =>
  figure({ scenario: LIVE_LIST, what: liveListWhats.batches, rows: 100_000, unit: 'changes/s', who, p50 })

const judged = (words: string, figures: readonly Figure[]) =>
  must(
    goals.find(({ what }) => what.startsWith(words)),
    'a goal',
  ).judge(figures)

test('the middle of an even number of samples lies between two, and the tail of a few is the worst', () => {
  expect(spread([4, 1])).toEqual({ p50: 2.5, p99: 4, least: 1, most: 4 })
  expect(spread([3, 1, 2]).p50).toBe(2)
  expect(spread(Array.from({ length: 200 }, (_, n) => n + 1)).p99).toBe(198)
})

describe('a goal', () => {
  test('is met at its bound, and missed beyond it by as much as is said', () => {
    expect(judged('start from disk', [opened(100_000, 10)])).toMatchObject({ verdict: 'met', share: 1 })
    expect(judged('start from disk', [opened(100_000, 15)])).toMatchObject({ verdict: 'missed', share: 1.5 })
  })

  test('of being flat compares two sizes', () => {
    const figures = [opened(100_000, 4), opened(1_000_000, 8)]
    expect(judged('the same at 1,000,000 rows against 100,000', figures)).toMatchObject({ verdict: 'missed' })
  })

  test('beside another contender turns round where more is better', () => {
    const words = 'batches of 5,000'
    expect(judged(words, [batches('smart-shelf', 80), batches('tanstack-db', 20)])?.verdict).toBe('met')
    expect(judged(words, [batches('smart-shelf', 20), batches('tanstack-db', 80)])?.verdict).toBe('missed')
  })

  test('that was not measured is said to be neither met nor missed', () => {
    expect(goals.map(({ judge }) => judge([]))).toEqual(goals.map(() => null))
    expect(goalsTable([])).not.toMatch(/\*\*(met|missed)/)
  })
})

describe('docs/performance.md', () => {
  test('says what is on record, and nothing else', async () => {
    const page = await readFile(pageFile, 'utf8')
    expect(await pageWith(await readRecord(), page)).toBe(page)
  })

  test('shows charts of what is on record', async () => {
    for (const { name, svg } of chartsOf((await readRecord()).figures))
      expect(await readFile(join(dirname(recordFile), `${name}.svg`), 'utf8')).toBe(svg)
  })
})

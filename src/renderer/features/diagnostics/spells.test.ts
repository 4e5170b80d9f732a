import { describe, expect, test } from 'vitest'
import type { LinkMove } from '#shared/protocol/diagnostics.ts'
import { KILLED, spellsOf, stretchesOf, totalsOf } from './spells.ts'

type Told = [at: number, from: LinkMove['from'], to: LinkMove['to'], by: string, because?: string]

/** Moves as they happened; the view has them newest first. */
const history = (...told: Told[]): LinkMove[] =>
  told.map(([at, from, to, by, because = null]) => ({ at, from, to, by, because })).reverse()

const outage = history(
  [10, 'offline', 'connecting', 'started'],
  [12, 'connecting', 'catching-up', 'streaming'],
  [15, 'catching-up', 'live', 'caught-up'],
  [100, 'live', 'waiting', 'failed', 'feed: offline'],
  [110, 'waiting', 'connecting', 'woke'],
  [120, 'connecting', 'waiting', 'failed', 'request: server-error'],
  [140, 'waiting', 'connecting', 'nudged', 'asked'],
  [150, 'connecting', 'catching-up', 'streaming'],
  [160, 'catching-up', 'live', 'caught-up'],
)

describe('[L3] the connection’s past, as a person would tell it', () => {
  test('an outage is one spell, with the question that failed as its reason and its tries counted', () => {
    expect(spellsOf(outage)).toEqual([
      { kind: 'live', from: 160, to: null, cause: 'caught-up', tries: 0 },
      { kind: 'catching-up', from: 150, to: 160, cause: 'streaming', tries: 0 },
      { kind: 'offline', from: 100, to: 150, cause: 'request: server-error', tries: 2 },
      { kind: 'live', from: 15, to: 100, cause: 'caught-up', tries: 0 },
      { kind: 'catching-up', from: 12, to: 15, cause: 'streaming', tries: 0 },
      { kind: 'offline', from: 10, to: 12, cause: 'started', tries: 1 },
    ])
  })

  test('a start that fails is explained by the failure', () => {
    const moves = history(
      [10, 'offline', 'connecting', 'started'],
      [20, 'connecting', 'waiting', 'failed', 'request: wrong-key'],
    )
    expect(spellsOf(moves)).toEqual([
      { kind: 'offline', from: 10, to: null, cause: 'request: wrong-key', tries: 1 },
    ])
  })

  test('a console that was closed was off until it started again', () => {
    const moves = history(
      [15, 'catching-up', 'live', 'caught-up'],
      [50, 'live', 'stopped', 'stopped'],
      [90, 'offline', 'connecting', 'started'],
    )
    expect(spellsOf(moves).map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['offline', 90, null],
      ['off', 50, 90],
      ['live', 15, 50],
    ])
  })

  test('a console that was killed is not said to have been live until it started again', () => {
    const moves = history([15, 'catching-up', 'live', 'caught-up'], [90, 'offline', 'connecting', 'started'])
    expect(spellsOf(moves)[1]).toEqual({ kind: 'off', from: 15, to: 90, cause: KILLED, tries: 0 })
  })

  test('every state of the link is one of the kinds', () => {
    const kinds = (to: LinkMove['to']) => spellsOf(history([1, 'offline', to, 'started']))[0]?.kind
    expect(kinds('degraded')).toBe('degraded')
    for (const to of ['connecting', 'waiting', 'offline', 'incompatible'] as const)
      expect(kinds(to)).toBe('offline')
    for (const to of ['signed-out', 'stopped'] as const) expect(kinds(to)).toBe('off')
  })

  test('nothing recorded is nothing told', () => {
    expect(spellsOf([])).toEqual([])
    expect(stretchesOf([], 0, 100)).toEqual([{ kind: 'off', from: 0, to: 100 }])
  })
})

describe('a stretch of time has no hole', () => {
  const stretches = stretchesOf(spellsOf(outage), 5, 200)

  test('it begins with what nobody recorded, and ends now', () => {
    expect(stretches[0]).toEqual({ kind: 'off', from: 5, to: 10 })
    expect(stretches.at(-1)).toEqual({ kind: 'live', from: 160, to: 200 })
    for (const [at, stretch] of stretches.slice(1).entries()) expect(stretch.from).toBe(stretches[at]?.to)
  })

  test('what lies before it is left out, and what reaches into it is cut', () => {
    expect(stretchesOf(spellsOf(outage), 120, 155)).toEqual([
      { kind: 'offline', from: 120, to: 150 },
      { kind: 'catching-up', from: 150, to: 155 },
    ])
  })

  test('its totals add up to the whole, longest first', () => {
    const totals = totalsOf(stretches)
    expect(totals[0]).toEqual({ kind: 'live', ms: 125 })
    expect(totals.map(({ kind }) => kind)).toEqual(['live', 'offline', 'catching-up', 'off'])
    expect(totals.reduce((sum, { ms }) => sum + ms, 0)).toBe(195)
  })
})

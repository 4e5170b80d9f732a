import { describe, expect, test } from 'vitest'
import {
  linkEventKinds,
  linkStates,
  offlineFailure,
  rateLimited,
  sampleEvents,
  sampleLinks,
  sampleNow,
} from '#test/harness/link-samples.ts'
import type { Link, LinkEvent, LinkState, Moment, Nudge } from './link.ts'
import { step } from './link-table.ts'

const moment: Moment = { now: sampleNow, random: () => 0.5 }

/*
 * Where each event leads from each state.
 *
 *   .  nothing changes      n  the rumour about the network       u  figures of the same state
 *   O offline  C connecting  U catching up, with a feed  P catching up, without one (by pulls alone)  L live
 *   D degraded  W waiting  S signed out  I incompatible  X stopped
 *   after a "+": what is wanted done in the same connection: d doubt the socket, p pull, l listen, h hang up the feed.
 *   A capital that differs from its column's state and is not U, P, L or D is a new epoch; `=C` is one in the same state.
 */
const expected = `
                       offline  connecting  catching-up  live   degraded  waiting  signed-out  incompatible  stopped
started                C        .           .            .      .         .        .           .             .
nudged                 C        .           .            +dp    u+lp      C        .           C             .
network-down           n        n           n+d          n+d    n+p       n        n           n             .
suspending             =O       O           O            O      O         O        .           .             .
signed-in              C        =C          C            C      C         C        C           C             .
signed-out             S        S           S            S      S         S        =S          S             .
stopped                X        X           X            X      X         X        X           X             .
woke                   C        W           W            .      u+l       C        .           C             .
streaming              .        U+p         .            .      U+p       .        .           .             .
feedless               .        P+p         .            .      .         .        .           .             .
progressed             .        .           u            U      P         .        .           .             .
caught-up              .        .           L            .      .         .        .           .             .
failed                 .        W           W            W      W         .        .           .             .
missed                 .        .           C            C      .         .        .           .             .
regranted              .        =C          C            C      .         .        .           .             .
incompatible           .        I           I            I      I         .        .           .             .
disk-refused           .        W           W            W      W         .        .           .             .
`

const letters = {
  offline: 'O',
  connecting: 'C',
  'catching-up': 'U',
  live: 'L',
  degraded: 'D',
  waiting: 'W',
  'signed-out': 'S',
  incompatible: 'I',
  stopped: 'X',
} as const satisfies Record<LinkState, string>

const deeds = {
  connect: '',
  disconnect: '',
  doubt: 'd',
  'catch-up': 'p',
  listen: 'l',
  'hang-up': 'h',
} as const

const letterOf = (link: Link): string =>
  link.at === 'catching-up' && link.without !== null ? 'P' : letters[link.at]

function outcome(from: Link, event: LinkEvent): string {
  const { link, effects } = step(from, event, moment)
  const wanted = effects.map((effect) => deeds[effect.do]).join('')
  return letterOfMove(from, link) + (wanted === '' ? '' : `+${wanted}`) || '.'
}

function letterOfMove(from: Link, to: Link): string {
  if (to.epoch !== from.epoch) return (to.at === from.at ? '=' : '') + letterOf(to)
  if (to.at !== from.at || letterOf(to) !== letterOf(from)) return letterOf(to)
  if (to.network !== from.network) return 'n'
  return JSON.stringify(to) === JSON.stringify(from) ? '' : 'u'
}

/** Reads a table of this file: a line of states, then one line for each event. */
function cellsOf(table: string): { row: string; state: LinkState; cell: string }[] {
  const [head = [], ...rows] = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/))
  return rows.flatMap(([row = '', ...cells]) =>
    cells.map((cell, index) => ({ row, state: head[index] as LinkState, cell })),
  )
}

describe('every event in every state leads where the table of this test says', () => {
  const cells = cellsOf(expected)

  test('the table has a cell for each of them', () => {
    expect(cells.map(({ row, state }) => `${row} ${state}`)).toEqual(
      linkEventKinds.flatMap((kind) => linkStates.map((state) => `${kind} ${state}`)),
    )
  })

  for (const { row, state, cell } of cells) {
    test(`${state}, ${row}: ${cell}`, () => {
      expect(outcome(sampleLinks[state], sampleEvents[row as keyof typeof sampleEvents])).toBe(cell)
    })
  }
})

/** A person and a sleep are answered at once; a network that is back is answered within a second, by `W` or a figure. */
const nudges = `
                offline  connecting  catching-up  live   degraded  waiting  signed-out  incompatible  stopped
asked           C        .           .            +dp    u+lp      C        .           C             .
focused         C        .           .            +dp    u+lp      C        .           C             .
unlocked        C        .           .            +dp    u+lp      C        .           C             .
resumed         C        =C          C            C      C         C        .           C             .
clock-jumped    C        =C          C            C      C         C        .           C             .
network-up      W        W           W            +dp    u+p       u        .           u             .
`

describe('every nudge in every state leads where the table of this test says', () => {
  for (const { row, state, cell } of cellsOf(nudges)) {
    test(`${state}, ${row}: ${cell}`, () => {
      expect(outcome(sampleLinks[state], { kind: 'nudged', by: row as Nudge })).toBe(cell)
    })
  }
})

const failures: Record<string, Omit<Extract<LinkEvent, { kind: 'failed' }>, 'kind' | 'epoch'>> = {
  'request offline': { in: 'request', failure: offlineFailure },
  'request rate-limited': { in: 'request', failure: rateLimited() },
  'request signed-out': { in: 'request', failure: { kind: 'signed-out', because: 'revoked', detail: '' } },
  'feed offline': { in: 'feed', failure: offlineFailure },
  'feed rate-limited': { in: 'feed', failure: rateLimited() },
  'feed refused': { in: 'feed', failure: { kind: 'refused', code: 'Unauthorized', detail: '' } },
  'feed signed-out': { in: 'feed', failure: { kind: 'signed-out', because: 'revoked', detail: '' } },
}

const failing = `
                         connecting  catching-up  live   degraded
request offline          W           W            W      W
request rate-limited     W           W            W      W
request signed-out       S           S            S      S
feed offline             P+p         W            W      u
feed rate-limited        P+p         P+p          P+p    u
feed refused             P+p         W            W      u
feed signed-out          S           S            S      S
`

describe('a failure leads where the table of this test says, as a question or as a feed', () => {
  for (const { row, state, cell } of cellsOf(failing)) {
    test(`${state}, ${row}: ${cell}`, () => {
      const failed = failures[row]!
      expect(outcome(sampleLinks[state], { kind: 'failed', epoch: 7, ...failed })).toBe(cell)
    })
  }
})

describe('[L1] what an older connection reports changes nothing', () => {
  for (const state of linkStates) {
    test(state, () => {
      for (const kind of linkEventKinds) {
        const event = sampleEvents[kind]
        if (!('epoch' in event)) continue
        const stale = { ...event, epoch: 6 } as LinkEvent
        expect(step(sampleLinks[state], stale, moment)).toEqual({ link: sampleLinks[state], effects: [] })
      }
    })
  }

  test('leaving a connection always begins a new epoch and closes the feed', () => {
    const withinConnection: readonly LinkState[] = ['catching-up', 'live', 'degraded']
    for (const state of linkStates) {
      for (const kind of linkEventKinds) {
        const { link, effects } = step(sampleLinks[state], sampleEvents[kind], moment)
        expect(effects.some((effect) => effect.do === 'disconnect')).toBe(link.epoch !== 7)
        if (link.at !== state && !withinConnection.includes(link.at)) expect(link.epoch).toBe(8)
      }
    }
  })
})

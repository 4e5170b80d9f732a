import type { FeedKind } from '#shared/protocol/status.ts'
import type { Measure } from '../suite/measure.ts'
import type { Scenario } from '../suite/scenario.ts'
import { canReadCpu } from '../stations/cpu.ts'
import { openHall, type HallFigures } from '../stations/hall.ts'
import { figuresOf, type Figure } from '../window/figures.ts'

const STATIONS = { quick: 4, full: 50 }
const SECONDS = { quick: 2, full: 6 }
const RATE = 200
const STOCK_LINES = 501
const FEEDS: Record<'quick' | 'full', readonly FeedKind[]> = {
  quick: ['broadcast'],
  full: ['broadcast', 'postgres-changes'],
}

export const STATIONS_SCENARIO = 'stations'

/** What is measured, in words that the report looks for. */
export const stationsWhats = {
  alone: 'processor time of Postgres for the movements alone',
  movementsAlone: 'movements without stations',
  lag: (count: number, feed: FeedKind) => `change in Postgres to each of ${count} stations, with ${feed}`,
  messages: (feed: FeedKind) => `messages to each station, with ${feed}`,
  pulls: (feed: FeedKind) => `pulls of each station, with ${feed}`,
  database: (feed: FeedKind) => `processor time of Postgres for each station, with ${feed}`,
  rest: (feed: FeedKind) => `processor time of the rest of the server for each station, with ${feed}`,
}

const perSecond = (amount: number, { seconds }: HallFigures): number => amount / seconds
/** Milliseconds of a processor in each second, as hundredths of a core. */
const share = (ms: number, figures: HallFigures): number => perSecond(ms, figures) / 10

function figuresWith(
  figure: Figure,
  feed: FeedKind,
  stations: number,
  alone: HallFigures,
  full: HallFigures,
): Measure[] {
  const words = `with ${feed}`
  const each = (now: number, before: number): number[] => [
    Math.max(0, share(now, full) - share(before, alone)) / stations,
  ]
  return [
    figure(stationsWhats.lag(stations, feed), 'ms', full.lagMs),
    figure(`messages to all ${stations} stations, ${words}`, 'messages/s', [perSecond(full.hints, full)]),
    figure(stationsWhats.messages(feed), 'messages/s', [perSecond(full.hints, full) / stations]),
    figure(stationsWhats.pulls(feed), 'asks/s', [perSecond(full.pulls, full) / stations]),
    figure(
      stationsWhats.database(feed),
      '% of a core',
      each(full.server.postgresMs, alone.server.postgresMs),
    ),
    figure(stationsWhats.rest(feed), '% of a core', each(full.server.backendMs, alone.server.backendMs)),
    figure(`processor time of a station, ${words}`, '% of a core', [share(full.stationsMs, full) / stations]),
    figure(`movements meanwhile, ${words}`, 'changes/s', [perSecond(full.movements, full)]),
  ]
}

/** Many stations of one hall on native Postgres: how far each is behind, and what each costs the server. */
export const stations: Scenario = {
  name: STATIONS_SCENARIO,
  about:
    'Many stations follow a hall with 200 movements a second: how far each is behind, and what each costs the server.',
  async run({ pace, say, leaveOut }) {
    if (!canReadCpu()) {
      const because = 'what the processes of Postgres take can be read on Linux only'
      leaveOut({ scenario: STATIONS_SCENARIO, who: 'smart-shelf', rows: STOCK_LINES, because })
      return []
    }
    const [count, seconds] = [STATIONS[pace], SECONDS[pace]]
    const figure = figuresOf(STATIONS_SCENARIO, STOCK_LINES)
    const hall = await openHall()
    try {
      const alone = await hall.measure({ feed: 'broadcast', stations: 0, rate: RATE, seconds })
      const measures = [
        figure(stationsWhats.alone, '% of a core', [share(alone.server.postgresMs, alone)]),
        figure(stationsWhats.movementsAlone, 'changes/s', [perSecond(alone.movements, alone)]),
      ]
      for (const feed of FEEDS[pace]) {
        say(`${count} stations, ${feed}.`)
        const full = await hall.measure({ feed, stations: count, rate: RATE, seconds })
        measures.push(...figuresWith(figure, feed, count, alone, full))
      }
      return measures
    } finally {
      await hall.close()
    }
  },
}

import type { FeedKind } from '#shared/protocol/status.ts'
import { lineChart, type Series } from '../report/chart.ts'
import { STATIONS_SCENARIO, stationsWhats } from '../scenarios/stations.ts'
import type { Figure } from '../suite/results.ts'
import {
  coresWhenChecking,
  DEFAULT_SETTINGS,
  fittingSettings,
  forecast,
  mostStations,
  PLANS,
  type Fleet,
  type LimitName,
  type Plan,
  type Project,
  type Seen,
} from './model.ts'

/*
 * The made part of docs/stations.md: what the model makes of the figures on record.
 */

const HALL = 50
const CORES = 4
const SIZES = [50, 1_000, 10_000]
const DRAWN_AT = [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000]

/** How much is done at each station. */
const PACES = [
  { name: 'people: one piece of work in 10 s at each station', workPerStation: 0.1 },
  { name: 'as replayed: four a second at each station', workPerStation: 4 },
] as const

const LIMIT_WORDS: Record<LimitName, string> = {
  connections: 'connections',
  messages: 'messages a second',
  joins: 'joins a second',
  database: 'the database',
}

const number = (value: number): string =>
  value.toLocaleString('en', { maximumSignificantDigits: value >= 1_000 ? 6 : 2 })

/** @returns null where the record has no such run */
export function seenFrom(figures: readonly Figure[], feed: FeedKind): Seen | null {
  const middleOf = (what: string): number | null =>
    figures.find((figure) => figure.scenario === STATIONS_SCENARIO && figure.what === what)?.p50 ?? null
  const movementsPerSecond = middleOf(stationsWhats.movementsAlone)
  const alone = middleOf(stationsWhats.alone)
  const pullsPerStation = middleOf(stationsWhats.pulls(feed))
  const each = middleOf(stationsWhats.database(feed))
  if (movementsPerSecond === null || alone === null || pullsPerStation === null || each === null) return null
  return { movementsPerSecond, pullsPerStation, coresForMovements: alone / 100, coresPerStation: each / 100 }
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const projectOn = (plan: Plan): Project => ({ plan, settings: DEFAULT_SETTINGS, cores: CORES })

function sizesTable(seen: Seen, workPerStation: number): string {
  const rows = SIZES.flatMap((stations) =>
    Object.values(PLANS).map((plan) => {
      const fleet: Fleet = { stations, stationsPerHall: HALL, workPerStation }
      const project = projectOn(plan)
      const { use, messagesPerSecond, pullsPerSecond, cores, rejoinSeconds, tightest } = forecast(
        seen,
        fleet,
        project,
      )
      const settings = fittingSettings(fleet, project)
      const over = use[tightest]
      return [
        number(stations),
        plan.name,
        `${number(messagesPerSecond)} of ${number(plan.messagesPerSecond)}`,
        number(pullsPerSecond),
        number(cores),
        `${number(rejoinSeconds)} s`,
        over <= 1
          ? `holds (${Math.round(over * 100)} % of ${LIMIT_WORDS[tightest]})`
          : `**${LIMIT_WORDS[tightest]}**, ${number(over)} times over`,
        settings === null ? 'none' : `${settings.pokeRate}, ${settings.eventBudget}`,
        number(
          settings === null
            ? coresWhenChecking(seen, fleet)
            : forecast(seen, fleet, { ...project, settings }).cores,
        ),
      ]
    }),
  )
  const head = [
    ...['stations', 'plan', 'messages/s', 'pulls/s', 'database cores', 'all joined again', 'breaks first'],
    ...['`poke_rate`, `event_budget` that fit', 'cores then'],
  ]
  return table(head, rows)
}

function mostTable(seen: Seen): string {
  const rows = Object.values(PLANS).map((plan) => [
    plan.name,
    ...PACES.map(({ workPerStation }) => {
      const fleet = { stationsPerHall: HALL, workPerStation }
      const { stations, stoppedBy } = mostStations(seen, fleet, projectOn(plan))
      return `${number(stations)}, then ${LIMIT_WORDS[stoppedBy]}`
    }),
  ])
  return table(['plan', ...PACES.map(({ name }) => name)], rows)
}

/** Markdown for between the marks of the page. */
export function stationsReport(figures: readonly Figure[]): string {
  const seen = seenFrom(figures, 'broadcast')
  if (seen === null) return 'No run with stations is on record.'
  return [
    `Reckoned from ${number(seen.pullsPerStation)} pulls a second and ${number(seen.coresPerStation * 100)} % of a core of Postgres for each station`,
    `while its hall pokes as often as it may, and ${number(seen.coresForMovements * 100)} % of a core for ${number(seen.movementsPerSecond)} movements a second; halls of`,
    `${HALL} stations, a database of ${CORES} cores, \`poke_rate\` ${DEFAULT_SETTINGS.pokeRate} and \`event_budget\` ${DEFAULT_SETTINGS.eventBudget}.`,
    '',
    '![How much of each limit is used, by the number of stations](stations/limits.svg)',
    '',
    '### The most stations with the settings as they come',
    '',
    mostTable(seen),
    '',
    'Where no settings fit, the last column is of stations that check every ten seconds and are told nothing.',
    ...PACES.flatMap(({ name, workPerStation }) => ['', `### ${name}`, '', sizesTable(seen, workPerStation)]),
  ].join('\n')
}

/** How much of each limit of the largest published plan is used at people's pace, or null where there is no run on record. */
export function stationsChart(figures: readonly Figure[]): string | null {
  const seen = seenFrom(figures, 'broadcast')
  if (seen === null) return null
  const [{ workPerStation }] = PACES
  const useAt = (stations: number) =>
    forecast(seen, { stations, stationsPerHall: HALL, workPerStation }, projectOn(PLANS.team)).use
  const series = (Object.keys(LIMIT_WORDS) as LimitName[]).map((limit): Series => ({
    name: limit,
    emphasis: limit === 'messages' ? 'ours' : 'other',
    points: DRAWN_AT.map((stations) => ({ x: stations, y: useAt(stations)[limit] * 100 })),
  }))
  const plain = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 4 })
  return lineChart({
    title: `How much of each limit is used (${PLANS.team.name})`,
    x: { label: `stations, in halls of ${HALL}; each does a piece of work in 10 s`, text: plain },
    y: { label: '% of the limit; above 100 it is broken', text: plain },
    series,
  })
}

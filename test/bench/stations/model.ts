/*
 * What many stations need of a hosted project, reckoned from what some of them were seen to need on this machine. Pure: the figures are
 * those of one run of the scenario `stations`, the limits those that are published.
 */

/** What Supabase publishes of a plan's Realtime (https://supabase.com/docs/guides/realtime/limits). */
export interface Plan {
  name: string
  connections: number
  messagesPerSecond: number
  joinsPerSecond: number
}

export const PLANS = {
  free: { name: 'Free', connections: 200, messagesPerSecond: 100, joinsPerSecond: 100 },
  pro: { name: 'Pro', connections: 500, messagesPerSecond: 500, joinsPerSecond: 500 },
  team: {
    name: 'Team, or Pro without a spend cap',
    connections: 10_000,
    messagesPerSecond: 2_500,
    joinsPerSecond: 2_500,
  },
} as const satisfies Record<string, Plan>

/** What a run has shown of one feed. */
export interface Seen {
  movementsPerSecond: number
  /** Of each station, while its hall pokes as often as it may. */
  pullsPerStation: number
  /** Of a core of the database: for the movements alone, and for each station that follows them. */
  coresForMovements: number
  coresPerStation: number
}

/** As in `sync_settings`. */
export interface Settings {
  pokeRate: number
  eventBudget: number
}

export const DEFAULT_SETTINGS: Settings = { pokeRate: 20, eventBudget: 100 }

export interface Fleet {
  stations: number
  /** Stations that follow the same hall. */
  stationsPerHall: number
  /** Pieces of work of one station, a second. */
  workPerStation: number
}

export interface Project {
  plan: Plan
  settings: Settings
  /** Of its database. */
  cores: number
}

export type LimitName = 'connections' | 'messages' | 'joins' | 'database'

export interface Forecast {
  /** How much of each limit is used: above 1 it is broken. */
  use: Record<LimitName, number>
  /** Of all stations together. */
  messagesPerSecond: number
  pullsPerSecond: number
  /** Cores that the database needs. */
  cores: number
  /** Until the last station has joined again after an outage of all. */
  rejoinSeconds: number
  /** The limit that is used most. */
  tightest: LimitName
}

/** Private channels of a station in one hall: changes and events, each of the site, the hall and the person. */
export const CHANNELS_PER_STATION = 6
/** Of `poke_rate`, what goes on all the time: the rest is for bursts (decision 0033). */
const SUSTAINED = 3 / 4
/** In a slow hall each poke is looked after once at once, and once more a moment later. */
const PULLS_PER_POKE = 2
/** Nobody should stand there longer than the longest pause between two tries. */
const REJOIN_SECONDS = 30
/** How often a station asks that is not told. */
const CHECK_EVERY_SECONDS = 10
/** A database that is busier than this has no room left for what people look up. */
const ROOM = 0.7

export function forecast(seen: Seen, fleet: Fleet, project: Project): Forecast {
  const { stations, stationsPerHall, workPerStation } = fleet
  const { plan, settings } = project
  const inHall = Math.min(stations, stationsPerHall)
  const halls = stations / inHall
  const workOfHall = workPerStation * inHall
  const pokes = Math.min(workOfHall, settings.pokeRate * SUSTAINED)
  const pulls = Math.min(seen.pullsPerStation, pokes * PULLS_PER_POKE)
  // The budget of a hall counts what its stations are told, not what is said.
  const events = halls * Math.min(settings.eventBudget, workOfHall * inHall)
  const messagesPerSecond = stations * pokes + events
  const cores =
    (seen.coresForMovements / seen.movementsPerSecond) * workPerStation * stations +
    seen.coresPerStation * (pulls / seen.pullsPerStation) * stations
  const rejoinSeconds = (stations * CHANNELS_PER_STATION) / plan.joinsPerSecond
  const use = {
    connections: stations / plan.connections,
    messages: messagesPerSecond / plan.messagesPerSecond,
    joins: rejoinSeconds / REJOIN_SECONDS,
    database: cores / (project.cores * ROOM),
  }
  return {
    ...{ use, messagesPerSecond, cores, rejoinSeconds },
    pullsPerSecond: stations * pulls,
    tightest: tightestOf(use),
  }
}

const tightestOf = (use: Forecast['use']): LimitName =>
  (Object.keys(use) as LimitName[]).reduce((most, name) => (use[name] > use[most] ? name : most))

/** Tried in this order: what consoles tell each other is given up before what they are told of rows. */
const EVENT_BUDGETS = [100, 50, 20, 5, 0] as const

/** Settings with which the messages fit in the plan, whatever is done, or null where even a poke a second for each hall is too much. */
export function fittingSettings(fleet: Fleet, { plan, settings }: Project): Settings | null {
  const halls = fleet.stations / Math.min(fleet.stations, fleet.stationsPerHall)
  for (const eventBudget of EVENT_BUDGETS) {
    const left = plan.messagesPerSecond - halls * eventBudget
    const pokeRate = Math.min(settings.pokeRate, Math.floor(left / fleet.stations / SUSTAINED))
    if (pokeRate >= 1) return { pokeRate, eventBudget }
  }
  return null
}

/** Cores of the database when nobody is told anything and each station checks every ten seconds. */
export function coresWhenChecking(seen: Seen, { stations, workPerStation }: Fleet): number {
  const work = (seen.coresForMovements / seen.movementsPerSecond) * workPerStation * stations
  return work + (seen.coresPerStation / seen.pullsPerStation / CHECK_EVERY_SECONDS) * stations
}

/** The most stations at which no limit is broken, and the limit that is broken by one more. */
export function mostStations(
  seen: Seen,
  fleet: Omit<Fleet, 'stations'>,
  project: Project,
): { stations: number; stoppedBy: LimitName } {
  const at = (stations: number): Forecast => forecast(seen, { ...fleet, stations }, project)
  const holds = (stations: number): boolean => Object.values(at(stations).use).every((share) => share <= 1)
  let [fits, breaks] = [0, 1]
  while (holds(breaks)) [fits, breaks] = [breaks, breaks * 2]
  while (breaks - fits > 1) {
    const middle = Math.floor((fits + breaks) / 2)
    if (holds(middle)) fits = middle
    else breaks = middle
  }
  return { stations: fits, stoppedBy: at(breaks).tightest }
}

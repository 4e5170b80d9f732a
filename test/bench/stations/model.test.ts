import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CHANNELS_PER_STATION,
  coresWhenChecking,
  DEFAULT_SETTINGS,
  fittingSettings,
  forecast,
  mostStations,
  PLANS,
  type Fleet,
  type Project,
  type Seen,
} from './model.ts'

const seen: Seen = {
  movementsPerSecond: 200,
  pullsPerStation: 3,
  coresForMovements: 0.2,
  coresPerStation: 0.004,
}
const hall: Fleet = { stations: 50, stationsPerHall: 50, workPerStation: 4 }
const project: Project = { plan: PLANS.team, settings: DEFAULT_SETTINGS, cores: 4 }
const pokesOnly = { pokeRate: 20, eventBudget: 0 }

describe('what a fleet of stations needs', () => {
  test('what was seen comes out again where nothing is carried further', () => {
    const { cores, pullsPerSecond, messagesPerSecond } = forecast(seen, hall, {
      ...project,
      settings: pokesOnly,
    })
    expect(cores).toBeCloseTo(0.2 + 50 * 0.004)
    expect(pullsPerSecond).toBeCloseTo(150)
    expect(messagesPerSecond).toBeCloseTo(50 * 15)
  })

  test('a busy hall pokes at its rate, a quiet one for each piece of work', () => {
    const quiet = forecast(seen, { ...hall, workPerStation: 0.01 }, { ...project, settings: pokesOnly })
    expect(quiet.messagesPerSecond).toBeCloseTo(50 * 0.5)
  })

  test('two halls need what each needs', () => {
    const [one, two] = [50, 100].map((stations) => forecast(seen, { ...hall, stations }, project))
    expect(two!.messagesPerSecond).toBeCloseTo(2 * one!.messagesPerSecond)
    expect(two!.cores).toBeCloseTo(2 * one!.cores)
  })

  test('the events of a hall take no more of the plan than their budget', () => {
    const [without, withEvents] = [0, 100].map((eventBudget) =>
      forecast(seen, hall, { ...project, settings: { pokeRate: 20, eventBudget } }),
    )
    expect(withEvents!.messagesPerSecond - without!.messagesPerSecond).toBeCloseTo(100)
  })

  test('a hall of fifty in motion is too much for the messages of Pro as the settings come, and fits with those that are named', () => {
    const pro = { ...project, plan: PLANS.pro }
    const tooMuch = forecast(seen, hall, pro)
    expect(tooMuch.tightest).toBe('messages')
    expect(tooMuch.use.messages).toBeGreaterThan(1)
    const settings = fittingSettings(hall, pro)
    expect(settings).toEqual({ pokeRate: 10, eventBudget: 100 })
    expect(forecast(seen, hall, { ...pro, settings: settings! }).use.messages).toBeLessThanOrEqual(1)
  })

  test('everybody at once joins no faster than the plan lets them', () => {
    const { rejoinSeconds } = forecast(seen, { ...hall, stations: 1_000 }, project)
    expect(rejoinSeconds).toBeCloseTo((1_000 * CHANNELS_PER_STATION) / 2_500)
  })

  test('ten thousand stations have no room in any plan for a poke each second; checking costs their database little', () => {
    const fleet = { stations: 10_000, stationsPerHall: 50, workPerStation: 0.1 }
    expect(fittingSettings(fleet, project)).toBeNull()
    // A thousand asks a second, and a thousand pieces of work.
    expect(coresWhenChecking(seen, fleet)).toBeCloseTo((1_000 * 0.004) / 3 + 1_000 * 0.001)
  })

  test('settings that fit hold for any amount of work', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(PLANS)),
        fc.integer({ min: 1, max: 3_000 }),
        fc.double({ min: 0.01, max: 10, noNaN: true }),
        (plan, stations, workPerStation) => {
          const fleet = { stations, stationsPerHall: 50, workPerStation }
          const settings = fittingSettings(fleet, { ...project, plan })
          fc.pre(settings !== null)
          expect(
            forecast(seen, fleet, { plan, cores: 4, settings: settings }).use.messages,
          ).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  test('at the most stations nothing is broken; one more breaks the limit that is named', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(PLANS)),
        fc.integer({ min: 1, max: 64 }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        fc.integer({ min: 1, max: 40 }),
        (plan, cores, workPerStation, pokeRate) => {
          const asked = { plan, cores, settings: { pokeRate, eventBudget: 50 } }
          const { stations, stoppedBy } = mostStations(seen, { stationsPerHall: 50, workPerStation }, asked)
          const at = (count: number) =>
            forecast(seen, { stations: count, stationsPerHall: 50, workPerStation }, asked).use
          if (stations > 0) expect(Math.max(...Object.values(at(stations)))).toBeLessThanOrEqual(1)
          expect(at(stations + 1)[stoppedBy]).toBeGreaterThan(1)
        },
      ),
    )
  })
})

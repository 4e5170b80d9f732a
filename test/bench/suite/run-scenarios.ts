import { figureOf, type BenchResults } from './results.ts'
import type { BenchOrder, LeftOut, Scenario } from './scenario.ts'

type Outcome = Pick<BenchResults, 'scenarios' | 'figures' | 'leftOut'>

/** Runs them one after the other. One that fails is reported with its reason, and the rest goes on. */
export async function runScenarios(
  scenarios: readonly Scenario[],
  order: Omit<BenchOrder, 'leaveOut' | 'trouble'>,
): Promise<Outcome> {
  const outcome: Outcome = { scenarios: [], figures: [], leftOut: [] }
  const leaveOut = (what: LeftOut): void => {
    outcome.leftOut.push(what)
    order.say(`${what.who} at ${what.rows.toLocaleString('en')} rows left out: ${what.because}`)
  }
  for (const [at, scenario] of scenarios.entries()) {
    const { name, about } = scenario
    order.say(`${name} (${at + 1} of ${scenarios.length}): ${about}`)
    const startedAt = performance.now()
    const troubles: string[] = []
    const trouble = (reason: string): void => {
      troubles.push(reason)
      order.say(`${name} FAILED: ${reason}`)
    }
    try {
      const measures = await scenario.run({ ...order, leaveOut, trouble })
      outcome.figures.push(...measures.filter(({ samples }) => samples.length > 0).map(figureOf))
    } catch (error) {
      trouble(reasonOf(error))
    }
    const tookSeconds = Math.round((performance.now() - startedAt) / 100) / 10
    const failed = troubles.length > 0 ? troubles.join('; ') : null
    outcome.scenarios.push({ name, about, tookSeconds, failed })
    order.say(`${name}: ${tookSeconds} s`)
  }
  return outcome
}

/** The first line: stacks have paths in them. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

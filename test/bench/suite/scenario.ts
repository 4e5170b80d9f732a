import type { Contender, Measure } from './measure.ts'

/** What was not measured, and why: an empty cell of the table says its reason. */
export interface LeftOut {
  scenario: string
  who: Contender
  rows: number
  because: string
}

/** How much of a scenario is asked for. */
export interface BenchOrder {
  /** Stock rows, one run for each. */
  sizes: readonly number[]
  /** The short form: fewer rounds and shorter spells, for a look rather than for the record. */
  pace: 'quick' | 'full'
  /** One line for who watches. */
  say(line: string): void
  leaveOut(what: LeftOut): void
  /** A part failed and the rest is worth having: the scenario is reported as failed, with what it did measure. */
  trouble(reason: string): void
}

/** A piece of work that contenders are given in turn. Each runs in a process of its own, so that none inherits another's heap. */
export interface Scenario {
  /** Short and stable: it names the scenario on the command line and in the JSON. */
  name: string
  /** What a person would notice of it, in one sentence. */
  about: string
  /** What it leaves standing for the scenarios after it, it asks to be taken away `afterwards`. */
  run(order: BenchOrder): Promise<readonly Measure[]>
}

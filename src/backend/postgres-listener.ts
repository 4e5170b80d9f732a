import type pg from 'pg'
import { FairQueue } from './fair-queue.ts'
import { toDatabaseError } from './postgres-errors.ts'
import { identifier } from './sql-values.ts'

type Hear = (payload: string) => void

const FIRST_RETRY_MS = 100
const LONGEST_RETRY_MS = 5_000

/**
 * LISTEN on a session of its own, opened at the first use. When that session is lost it is opened again and listens to the
 * same channels; notifications sent in between are gone, as they are for every listener of Postgres.
 */
export class PostgresListener {
  readonly #connect: () => pg.Client
  readonly #log: (line: string) => void
  readonly #hearers = new Map<string, Set<Hear>>()
  readonly #turns = new FairQueue()
  #client: pg.Client | null = null
  #retry: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(connect: () => pg.Client, log: (line: string) => void) {
    this.#connect = connect
    this.#log = log
  }

  async listen(channel: string, hear: Hear): Promise<() => Promise<void>> {
    const mine: Hear = (payload) => hear(payload)
    await this.#turns.run(async () => {
      const client = this.#client ?? (await this.#open())
      const hearers = this.#hearers.get(channel) ?? new Set<Hear>()
      if (hearers.size === 0) await client.query(`listen ${identifier(channel)}`).catch(rethrow)
      this.#hearers.set(channel, hearers.add(mine))
    })
    return () => this.#turns.run(() => this.#unlisten(channel, mine))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#retry) clearTimeout(this.#retry)
    await this.#turns.run(async () => {
      const client = this.#client
      this.#client = null
      await client?.end()
    })
  }

  async #unlisten(channel: string, hear: Hear): Promise<void> {
    const hearers = this.#hearers.get(channel)
    if (!hearers?.delete(hear) || hearers.size > 0) return
    this.#hearers.delete(channel)
    await this.#client?.query(`unlisten ${identifier(channel)}`).catch(rethrow)
  }

  async #open(): Promise<pg.Client> {
    const client = this.#connect()
    client.on('notification', ({ channel, payload }) => this.#dispatch(channel, payload ?? ''))
    client.on('error', (error) => this.#log(`The listening session failed: ${error.message}`))
    client.on('end', () => this.#lost(client))
    try {
      await client.connect()
      for (const channel of this.#hearers.keys()) await client.query(`listen ${identifier(channel)}`)
    } catch (error) {
      await client.end().catch(() => undefined)
      throw toDatabaseError(error)
    }
    this.#client = client
    return client
  }

  #dispatch(channel: string, payload: string): void {
    for (const hear of this.#hearers.get(channel) ?? []) hear(payload)
  }

  #lost(client: pg.Client): void {
    if (this.#isClosed || this.#client !== client) return
    this.#client = null
    this.#reopen(FIRST_RETRY_MS)
  }

  #reopen(afterMs: number): void {
    this.#retry = setTimeout(() => {
      this.#turns
        .run(async () => {
          if (!this.#isClosed && !this.#client) await this.#open()
        })
        .catch(() => this.#reopen(Math.min(afterMs * 2, LONGEST_RETRY_MS)))
    }, afterMs)
  }
}

function rethrow(error: unknown): never {
  throw toDatabaseError(error)
}

import type { Claims, Database, Queryable } from '../database.ts'

/** What a caller may do on a private topic. */
export interface Rights {
  broadcast: boolean
  presence: boolean
}

export const ALL_RIGHTS: Rights = { broadcast: true, presence: true }
const NO_RIGHTS: Rights = { broadcast: false, presence: false }

interface Probe extends Record<string, unknown> {
  id: string
  extension: string
}

/**
 * Rights on a private topic, by the policies on realtime.messages: rows are written and read as the caller with
 * `realtime.topic` set, and everything is rolled back. A policy that raises grants nothing.
 */
export class Authorization {
  readonly #database: Database
  readonly #log: (line: string) => void

  constructor(database: Database, log: (line: string) => void) {
    this.#database = database
    this.#log = log
  }

  /** May the caller receive? By the SELECT policies. */
  async read(claims: Claims, topic: string): Promise<Rights> {
    return this.#probe(claims, topic, async (tx) => {
      const probes = await tx.query<Probe>(
        `insert into realtime.messages (topic, extension) values ($1, 'broadcast'), ($1, 'presence')
         returning id::text as id, extension`,
        [topic],
      )
      await becomeCaller(tx, claims, topic)
      const visible = await tx.query<Probe>(
        'select id::text as id, extension from realtime.messages where id = any($1::uuid[])',
        [probes.map(({ id }) => id)],
      )
      return rightsOf(visible.map(({ extension }) => extension))
    })
  }

  /** May the caller send? By the INSERT policies. */
  async write(claims: Claims, topic: string): Promise<Rights> {
    return this.#probe(claims, topic, async (tx) => {
      await becomeCaller(tx, claims, topic)
      const granted: string[] = []
      for (const extension of ['broadcast', 'presence']) {
        if (await canInsert(tx, topic, extension)) granted.push(extension)
      }
      return rightsOf(granted)
    })
  }

  async #probe(claims: Claims, topic: string, work: (tx: Queryable) => Promise<Rights>): Promise<Rights> {
    try {
      return await this.#database.transaction(work, { rollback: true })
    } catch (error) {
      this.#log(`No rights on ${topic} for ${claims.role}: ${String(error)}`)
      return NO_RIGHTS
    }
  }
}

async function canInsert(tx: Queryable, topic: string, extension: string): Promise<boolean> {
  await tx.script('savepoint probe')
  try {
    await tx.query('insert into realtime.messages (topic, extension) values ($1, $2)', [topic, extension])
    return true
  } catch {
    // Refused by a policy, or by the lack of one: either way the answer is no.
    return false
  } finally {
    await tx.script('rollback to savepoint probe')
  }
}

async function becomeCaller(tx: Queryable, claims: Claims, topic: string): Promise<void> {
  await tx.query(
    `select set_config('request.jwt.claims', $1, true), set_config('request.jwt.claim.sub', $2, true),
       set_config('request.jwt.claim.role', $3, true), set_config('request.headers', '{}', true),
       set_config('realtime.topic', $4, true), set_config('role', $3, true)`,
    [JSON.stringify(claims), claims.sub ?? '', claims.role, topic],
  )
}

function rightsOf(extensions: string[]): Rights {
  return { broadcast: extensions.includes('broadcast'), presence: extensions.includes('presence') }
}

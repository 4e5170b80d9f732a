import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where a site keeps what it knows: in a folder of its own, or in a database on native Postgres. */
type SiteData = { dataDir: string } | { databaseUrl: string }

/** What the site's process is started with. */
export type SiteOptions = SiteData & {
  port: number
  seed: 'demo' | 'empty'
  faults: boolean
}

export type SiteQuestion =
  { ask: 'stop' } | { ask: 'sql'; id: number; text: string; params: readonly unknown[] }

interface Ready {
  url: string
  anonKey: string
  serviceRoleKey: string
  demoUser: { email: string; password: string } | null
}

export type SiteAnswer =
  | ({ kind: 'ready' } & Ready)
  | { kind: 'rows'; id: number; rows: Record<string, unknown>[] }
  | { kind: 'failed'; id: number; message: string }

/** A server with a warehouse, as a real process on a real port: it can be killed, and comes back with what it knew. */
export interface Site {
  readonly url: string
  readonly anonKey: string
  /** The environment of a console that works on this site and signs in by itself. */
  readonly demoEnv: Record<string, string>
  /** The environment of a console that works on this site, where somebody has to sign in. */
  readonly plainEnv: Record<string, string>
  readonly user: { email: string; password: string }
  /** Turns the faults of its backend, by their names at its door; only where it was opened with faults. */
  turn(knobs: Record<string, unknown>): Promise<void>
  /** SQL as the owner of the database. */
  sql<R extends Record<string, unknown>>(text: string, ...params: unknown[]): Promise<R[]>
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>
  /**
   * Starts it again on the same data.
   * @param where `same`: where consoles look for it; `elsewhere`: where none does
   */
  start(where: 'same' | 'elsewhere'): Promise<void>
  /** Ends it in order and forgets its data. */
  close(): Promise<void>
}

const script = join(import.meta.dirname, 'site-process.ts')

/**
 * Makes the data of a demo site once, to be copied for each test that wants a site of its own.
 * @returns the folder; the caller removes it
 */
export async function makeTemplate(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'smart-shelf-template-'))
  const running = await startProcess({ port: 0, dataDir, seed: 'demo', faults: false })
  await end(running.child)
  return dataDir
}

/**
 * Opens a site on a copy of a template.
 * @param template as `makeTemplate` gives it
 * @param faults whether its faults can be turned on
 */
export async function openSite(template: string, faults = false): Promise<Site> {
  const dataDir = await mkdtemp(join(tmpdir(), 'smart-shelf-site-'))
  await cp(template, dataDir, { recursive: true })
  return siteOn({ dataDir }, faults, () => rm(dataDir, { recursive: true, force: true }))
}

/** Opens a demo site in an empty database on native Postgres, which is whose it was when the site is closed. */
export const openSiteOn = (databaseUrl: string): Promise<Site> =>
  siteOn({ databaseUrl }, false, () => Promise.resolve())

async function siteOn(data: SiteData, faults: boolean, forget: () => Promise<void>): Promise<Site> {
  let running = await startProcess({ ...data, port: 0, seed: 'demo', faults })
  const { url, anonKey } = running.ready
  const user = running.ready.demoUser
  if (user === null) throw new Error('A demo site has a demo user.')
  const plainEnv = { SUPABASE_URL: url, SUPABASE_ANON_KEY: anonKey }

  return {
    url,
    anonKey,
    user,
    plainEnv,
    demoEnv: {
      ...plainEnv,
      SMART_SHELF_EMBEDDED: '1',
      SMART_SHELF_DEMO_EMAIL: user.email,
      SMART_SHELF_DEMO_PASSWORD: user.password,
    },
    turn: async (knobs) => {
      const answer = await fetch(new URL('/__faults', running.ready.url), {
        method: 'POST',
        headers: { apikey: running.ready.serviceRoleKey, 'content-type': 'application/json' },
        body: JSON.stringify(knobs),
      })
      if (!answer.ok) throw new Error(`The site did not turn its faults: ${await answer.text()}`)
    },
    sql: async <R extends Record<string, unknown>>(text: string, ...params: unknown[]) =>
      (await running.sql(text, params)) as R[],
    kill: async () => {
      running.child.kill('SIGKILL')
      await ended(running.child)
    },
    start: async (where) => {
      await end(running.child)
      const port = where === 'same' ? Number(new URL(url).port) : 0
      running = await startProcess({ ...data, port, seed: 'demo', faults })
    },
    close: async () => {
      await end(running.child)
      await forget()
    },
  }
}

interface Running {
  child: ChildProcess
  ready: Ready
  sql(text: string, params: readonly unknown[]): Promise<Record<string, unknown>[]>
}

async function startProcess(options: SiteOptions): Promise<Running> {
  const child = fork(script, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const waiting = new Map<
    number,
    { resolve(rows: Record<string, unknown>[]): void; reject(error: Error): void }
  >()
  let lastId = 0
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.on('message', (answer: SiteAnswer) => {
      if (answer.kind === 'ready') return resolve(answer)
      const asked = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (answer.kind === 'rows') asked?.resolve(answer.rows)
      else asked?.reject(new Error(answer.message))
    })
    child.once('exit', (code) => {
      reject(new Error(`The site ended before it was ready (code ${code}).`))
      for (const { reject: fail } of waiting.values()) fail(new Error('The site ended.'))
    })
  })
  return {
    child,
    ready,
    sql: (text, params) =>
      new Promise((resolve, reject) => {
        const id = ++lastId
        waiting.set(id, { resolve, reject })
        child.send({ ask: 'sql', id, text, params } satisfies SiteQuestion)
      }),
  }
}

const isEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

async function ended(child: ChildProcess): Promise<void> {
  if (!isEnded(child)) await once(child, 'exit')
}

async function end(child: ChildProcess): Promise<void> {
  if (isEnded(child)) return
  child.send({ ask: 'stop' } satisfies SiteQuestion)
  await ended(child)
}

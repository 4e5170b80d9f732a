import { readFileSync } from 'node:fs'
import pg from 'pg'
import { z } from 'zod'
import { BackendFacts, backendNote } from '../launch/backend-facts.ts'
import { backendDataFolder } from '../launch/folders.ts'
import { ImportProblem } from '../../src/main/import/problem.ts'

/*
 * Where an import goes: a project's REST address with its service key, or a Postgres database. Both call the same functions
 * (supabase/migrations, import).
 */

export interface Target {
  /** For people: where this is. */
  name: string
  call(fn: string, args: Readonly<Record<string, unknown>>): Promise<unknown>
  close(): Promise<void>
}

export interface TargetOptions {
  url?: string | undefined
  serviceKey?: string | undefined
  databaseUrl?: string | undefined
}

/** From the options, else the environment, else the running embedded backend. Throws ImportProblem when there is none. */
export async function openTarget(
  options: TargetOptions,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Target> {
  if (options.databaseUrl !== undefined) return databaseTarget(options.databaseUrl)
  const url = options.url ?? env['SUPABASE_URL']
  const key = options.serviceKey ?? env['SUPABASE_SERVICE_ROLE_KEY']
  if (url !== undefined && url !== '') {
    if (key === undefined || key === '') {
      throw new ImportProblem(
        `An import into ${url} needs the project's service-role key: --service-key or SUPABASE_SERVICE_ROLE_KEY.`,
      )
    }
    return restTarget(url, key)
  }
  const backend = runningBackend(env)
  return restTarget(backend.url, backend.serviceRoleKey)
}

/** The embedded backend of `npm start`, as it announced itself. Throws ImportProblem when it never ran here. */
export function runningBackend(env: NodeJS.ProcessEnv = process.env): BackendFacts {
  const file = backendNote(backendDataFolder(env))
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new ImportProblem(
      `No server was named, and no embedded backend has run here. Start one with "npm start", or give --url and --service-key, or --database-url.`,
      error,
    )
  }
  return BackendFacts.parse(JSON.parse(text))
}

const Refusal = z.object({ message: z.string(), code: z.string().optional() })

function restTarget(url: string, serviceKey: string): Target {
  return {
    name: url,
    call: async (fn, args) => {
      let answer: Response
      try {
        answer = await fetch(new URL(`/rest/v1/rpc/${fn}`, url), {
          method: 'POST',
          headers: {
            apikey: serviceKey,
            authorization: `Bearer ${serviceKey}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify(args),
        })
      } catch (error) {
        throw new ImportProblem(`${url} does not answer. Is the server running?`, error)
      }
      const text = await answer.text()
      if (!answer.ok) throw new ImportProblem(explain(url, fn, answer.status, text))
      return text === '' ? null : (JSON.parse(text) as unknown)
    },
    close: () => Promise.resolve(),
  }
}

function explain(url: string, fn: string, status: number, text: string): string {
  if (status === 401 || status === 403) {
    return `${url} refuses this key (${status}). An import needs the service-role key. Nothing was imported.`
  }
  if (status === 404) {
    return `${url} has no function ${fn}: the migrations of supabase/ are not applied there. Nothing was imported.`
  }
  const said = Refusal.safeParse(parseJson(text))
  return `${url} answered ${status} to ${fn}: ${said.success ? said.data.message : text.slice(0, 200)}. Nothing was imported.`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function databaseTarget(databaseUrl: string): Promise<Target> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'smart-shelf-import' })
  const name = databaseUrl.replace(/\/\/[^@/]*@/, '//')
  try {
    await client.connect()
  } catch (error) {
    throw new ImportProblem(
      `${name} cannot be reached: ${error instanceof Error ? error.message : String(error)}.`,
      error,
    )
  }
  return {
    name,
    call: async (fn, args) => {
      const names = Object.keys(args)
      const values = Object.values(args).map((value) =>
        typeof value === 'object' ? JSON.stringify(value) : value,
      )
      const list = names.map((arg, index) => `${arg} => $${index + 1}`).join(', ')
      try {
        const answer = await client.query<{ answer: unknown }>(
          `select public.${fn}(${list}) as answer`,
          values,
        )
        return answer.rows[0]?.answer ?? null
      } catch (error) {
        throw new ImportProblem(
          `The database refused ${fn}: ${error instanceof Error ? error.message : String(error)}. Nothing was imported.`,
          error,
        )
      }
    },
    close: () => client.end(),
  }
}

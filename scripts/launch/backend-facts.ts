import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What an embedded backend says when it is ready, in one line, and leaves beside its data. */
export const BackendFacts = z.object({
  url: z.url(),
  anonKey: z.string(),
  serviceRoleKey: z.string(),
  demoUser: z.object({ email: z.string(), password: z.string() }).nullable(),
})
export type BackendFacts = z.infer<typeof BackendFacts>

/** The note beside the data of a backend. */
export const backendNote = (dataDir: string): string => join(dataDir, 'backend.json')

/** Reads the note. Throws what reading, JSON or the schema throw when there is none that can be read. */
export const readBackendNote = (dataDir: string): BackendFacts =>
  BackendFacts.parse(JSON.parse(readFileSync(backendNote(dataDir), 'utf8')))

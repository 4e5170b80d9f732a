import { readFileSync, readdirSync } from 'node:fs'

export interface RecordedToken {
  claims: Record<string, unknown>
  /** Seconds from signing to expiry, null for a token without `exp`, 'text' for one whose `exp` is a text. */
  lifeS: number | null | 'text'
  flaw?: 'signature' | 'unsigned'
}

/** A payload: JSON as text, or bytes. */
export type RecordedPayload = string | { hex: string }

export type Step =
  | ['connect', connection: string, path: string, headers?: Record<string, string>]
  | ['send', connection: string, frame: string]
  | [
      'push',
      connection: string,
      fields: [joinRef: string, ref: string, topic: string, event: string, metadata: string],
      payload: RecordedPayload,
    ]
  | ['sendBytes', connection: string, base64: string]
  | ['sql', text: string, parameters?: unknown[]]
  | ['post', name: string, path: string, headers: Record<string, string>, body: string]
  /** The server's own doings: it closes every socket, or asks every client to leave first. */
  | ['hangUp', code: number]
  | ['drain']
  | ['close', connection: string]
  | ['terminate', connection: string]
  | ['hear', connection: string, frame: string]
  | ['hearBinary', connection: string, fields: string, payload: RecordedPayload]
  | ['refused', connection: string, status: number, body: string]
  | ['closed', connection: string, code: number]
  | ['answer', name: string, status: number, body: string, contentType: string | null]
  | ['sqlFails', message: string]

export interface Recording {
  name: string
  title: string
  tokens: Record<string, RecordedToken>
  macros: Record<string, string>
  steps: Step[]
}

const folder = new URL('../recordings/', import.meta.url)

export function recordings(): Recording[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return files.sort().map((file) => ({
    name: file.replace(/\.json$/, ''),
    ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Omit<Recording, 'name'>),
  }))
}

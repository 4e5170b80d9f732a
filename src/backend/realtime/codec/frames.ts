import type { JsonText } from '../json.ts'

/** The wire formats: 1.0.0 speaks JSON objects, 2.0.0 JSON arrays and binary broadcasts. */
export type Version = '1.0.0' | '2.0.0'

/** A broadcast's content: JSON as text, or bytes that nobody looks into. */
export type BroadcastBody = { kind: 'json'; json: JsonText } | { kind: 'bytes'; bytes: Buffer }

/** What a client sent. Refs and topic are echoed as they came, so a topic that is a number stays one. */
export interface ClientFrame {
  joinRef: JsonScalar
  ref: JsonScalar
  topic: JsonScalar
  event: string
  payload: ClientPayload
}

export type JsonScalar = string | number | boolean | null

export type ClientPayload =
  | { kind: 'json'; value: unknown }
  /** A broadcast that came in the binary format. */
  | { kind: 'broadcast'; event: string; body: BroadcastBody }

/** A message in the text format. */
export interface ServerMessage {
  kind: 'message'
  joinRef: JsonScalar
  ref: JsonScalar
  topic: JsonScalar
  event: string
  payload: JsonText
}

/** A broadcast that goes out in the binary format to those who know it. */
export interface ServerBroadcast {
  kind: 'broadcast'
  topic: string
  event: string
  /** `{"id": …}` for messages that have one. */
  meta: JsonText | null
  body: BroadcastBody
}

export type ServerFrame = ServerMessage | ServerBroadcast

export function isScalar(value: unknown): value is JsonScalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

import { isObject, jsonOf } from './json.ts'
import type { RealtimeSettings } from './settings.ts'

export interface BatchMessage {
  topic: string
  event: string
  payload: Record<string, unknown>
  isPrivate: boolean
  id: string | null
}

export type Batch =
  | { kind: 'messages'; messages: BatchMessage[] }
  | { kind: 'too-many' }
  /** For each message what is wrong with it by field, or one text about the list. */
  | { kind: 'invalid'; errors: (string | Record<string, string[]>)[] }

const BLANK = "can't be blank"

export function readBatch(body: unknown, settings: RealtimeSettings): Batch {
  const given = isObject(body) ? body['messages'] : null
  if (!Array.isArray(given) || given.length === 0) return { kind: 'invalid', errors: [BLANK] }
  if (given.length > settings.maxMessagesPerCall) return { kind: 'too-many' }
  const read = given.map((message) => readMessage(message, settings.maxPayloadBytes))
  const errors = read.map((result) => ('errors' in result ? result.errors : {}))
  if (errors.some((fields) => Object.keys(fields).length > 0)) return { kind: 'invalid', errors }
  return {
    kind: 'messages',
    messages: read.flatMap((result) => ('message' in result ? [result.message] : [])),
  }
}

type Read = { message: BatchMessage } | { errors: Record<string, string[]> }

function readMessage(given: unknown, maxPayloadBytes: number): Read {
  const { topic, event, payload, private: isPrivate, id } = isObject(given) ? given : {}
  const errors: Record<string, string[]> = {}
  if (!isText(topic)) errors['topic'] = [BLANK]
  if (!isText(event)) errors['event'] = [BLANK]
  const payloadError = problemOf(payload, maxPayloadBytes)
  if (payloadError !== null) errors['payload'] = [payloadError]
  if (!isText(topic) || !isText(event) || !isObject(payload) || payloadError !== null) return { errors }
  return {
    message: {
      topic,
      event,
      payload,
      isPrivate: isPrivate === true || isPrivate === 'true',
      id: isText(id) ? id : null,
    },
  }
}

function problemOf(payload: unknown, maxPayloadBytes: number): string | null {
  if (payload === undefined || payload === null) return BLANK
  if (!isObject(payload)) return 'is invalid'
  return Buffer.byteLength(jsonOf(payload)) > maxPayloadBytes ? 'Payload size exceeds tenant limit' : null
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

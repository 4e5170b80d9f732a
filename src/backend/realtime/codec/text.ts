import { isObject, jsonObject, jsonOf } from '../json.ts'
import { isScalar } from './frames.ts'
import type { ClientFrame, ServerMessage, Version } from './frames.ts'

/** A text frame from a client, or null for anything that is not one: the server ignores those without a word. */
export function decodeText(text: string, version: Version): ClientFrame | null {
  const value = parse(text)
  const fields = version === '2.0.0' ? fieldsOfArray(value) : fieldsOfObject(value)
  if (!fields) return null
  const [joinRef, ref, topic, event, payload] = fields
  if (!isScalar(joinRef) || !isScalar(ref) || !isScalar(topic) || typeof event !== 'string') return null
  return { joinRef, ref, topic, event, payload: { kind: 'json', value: payload } }
}

export function encodeText(message: ServerMessage, version: Version): string {
  const { joinRef, ref, topic, event, payload } = message
  if (version === '2.0.0') {
    return `[${jsonOf(joinRef)},${jsonOf(ref)},${jsonOf(topic)},${jsonOf(event)},${payload}]`
  }
  return jsonObject({ ref: jsonOf(ref), event: jsonOf(event), payload, topic: jsonOf(topic) })
}

type Fields = [joinRef: unknown, ref: unknown, topic: unknown, event: unknown, payload: unknown]

function fieldsOfArray(value: unknown): Fields | null {
  return Array.isArray(value) && value.length === 5 ? (value as Fields) : null
}

function fieldsOfObject(value: unknown): Fields | null {
  if (!isObject(value) || !('topic' in value) || !('event' in value) || !('payload' in value)) return null
  return [value['join_ref'] ?? null, value['ref'] ?? null, value['topic'], value['event'], value['payload']]
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

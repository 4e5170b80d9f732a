import { trustedJson } from '../json.ts'
import type { BroadcastBody, ClientFrame, ServerBroadcast } from './frames.ts'

/*
 * The binary frames of 2.0.0. Lengths are one byte each and count UTF-8 bytes.
 * Push (3):      kind, lengths of join_ref, ref, topic, event, metadata, then the encoding, those texts, and the payload.
 * Broadcast (4): kind, lengths of topic, event, metadata, then the encoding, those texts, and the payload.
 */
const PUSH = 3
const BROADCAST = 4
const BYTES = 0
const JSON_TEXT = 1
const LONGEST_FIELD = 255

/** A binary frame from a client, or null for anything that is not a push: the server ignores those. */
export function decodeBinary(data: Buffer): ClientFrame | null {
  if (data[0] !== PUSH || data.length < 7) return null
  const lengths = data.subarray(1, 6)
  const fields: string[] = []
  let at = 7
  for (const length of lengths) {
    fields.push(data.toString('utf8', at, at + length))
    at += length
  }
  if (at > data.length) return null
  const body = decodeBody(data[6], data.subarray(at))
  if (!body) return null
  const [joinRef, ref, topic, event] = fields as [string, string, string, string]
  return {
    joinRef: joinRef || null,
    ref: ref || null,
    topic,
    event: 'broadcast',
    payload: { kind: 'broadcast', event, body },
  }
}

/** The frame, or null when a name is too long for it. */
export function encodeBinary({ topic, event, meta, body }: ServerBroadcast): Buffer | null {
  const fields = [topic, event, meta ?? ''].map((field) => Buffer.from(field))
  if (fields.some((field) => field.length > LONGEST_FIELD)) return null
  const encoding = body.kind === 'json' ? JSON_TEXT : BYTES
  const header = Buffer.from([BROADCAST, ...fields.map((field) => field.length), encoding])
  return Buffer.concat([header, ...fields, body.kind === 'json' ? Buffer.from(body.json) : body.bytes])
}

function decodeBody(encoding: number | undefined, bytes: Buffer): BroadcastBody | null {
  if (encoding === BYTES) return { kind: 'bytes', bytes }
  if (encoding !== JSON_TEXT) return null
  const text = bytes.toString('utf8')
  return isJson(text) ? { kind: 'json', json: trustedJson(text) } : null
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

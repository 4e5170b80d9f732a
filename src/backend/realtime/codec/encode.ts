import { jsonObject, jsonOf } from '../json.ts'
import { encodeBinary } from './binary.ts'
import { encodeText } from './text.ts'
import type { ServerBroadcast, ServerFrame, ServerMessage, Version } from './frames.ts'

/** A frame as it goes out on a socket. */
export interface Wire {
  data: Buffer
  isBinary: boolean
}

/** The frame in that version, or null when the version cannot carry it (raw bytes on 1.0.0). */
export function encodeFrame(frame: ServerFrame, version: Version): Wire | null {
  if (frame.kind === 'message') return textWire(frame, version)
  if (version === '2.0.0') {
    const data = encodeBinary(frame)
    if (data) return { data, isBinary: true }
  }
  const message = asMessage(frame)
  return message && textWire(message, version)
}

function textWire(message: ServerMessage, version: Version): Wire {
  return { data: Buffer.from(encodeText(message, version)), isBinary: false }
}

function asMessage({ topic, event, meta, body }: ServerBroadcast): ServerMessage | null {
  if (body.kind === 'bytes') return null
  const payload = jsonObject({
    event: jsonOf(event),
    meta: meta ?? undefined,
    payload: body.json,
    type: jsonOf('broadcast'),
  })
  return { kind: 'message', joinRef: null, ref: null, topic, event: 'broadcast', payload }
}

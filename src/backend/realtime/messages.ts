import { jsonObject, jsonOf, trustedJson, type JsonText } from './json.ts'
import type { JsonScalar, ServerMessage } from './codec/frames.ts'

const NOTHING = trustedJson('{}')

/** What every message about a channel needs to know of it. */
export interface Addressed {
  topic: JsonScalar
  joinRef: JsonScalar
}

export function okReply(to: Addressed, ref: JsonScalar, response: JsonText = NOTHING): ServerMessage {
  return reply(to, ref, 'ok', response)
}

export function errorReply(to: Addressed, ref: JsonScalar, response: JsonText): ServerMessage {
  return reply(to, ref, 'error', response)
}

export function reasonReply(to: Addressed, ref: JsonScalar, reason: string): ServerMessage {
  return reply(to, ref, 'error', jsonObject({ reason: jsonOf(reason) }))
}

/** Its ref is the ref of the join, so that the client can tell which join it ends. */
export function closeMessage({ topic, joinRef }: Addressed): ServerMessage {
  return { kind: 'message', joinRef, ref: joinRef, topic, event: 'phx_close', payload: NOTHING }
}

export interface SystemNews {
  message: string
  status: 'ok' | 'error'
  extension: 'system' | 'postgres_changes'
  /** The topic's name, without `realtime:`. */
  channel: string
}

export function systemMessage({ topic, joinRef }: Addressed, news: SystemNews): ServerMessage {
  const { message, status, extension, channel } = news
  const payload = jsonOf({ message, status, extension, channel })
  return { kind: 'message', joinRef, ref: null, topic, event: 'system', payload }
}

/** Said to a channel before its socket is closed for planned work; unlike other news it does not name the channel. */
export function disconnectMessage(topic: string): ServerMessage {
  const payload = jsonOf({ message: 'Server requested disconnect', status: 'ok', extension: 'system' })
  return fanOutMessage(topic, 'system', payload)
}

/** A message from a channel to its own client. */
export function channelMessage(to: Addressed, event: string, payload: JsonText): ServerMessage {
  return { kind: 'message', joinRef: to.joinRef, ref: null, topic: to.topic, event, payload }
}

/** A message to all clients of a topic. */
export function fanOutMessage(topic: string, event: string, payload: JsonText): ServerMessage {
  return { kind: 'message', joinRef: null, ref: null, topic, event, payload }
}

function reply(
  { topic, joinRef }: Addressed,
  ref: JsonScalar,
  status: 'ok' | 'error',
  response: JsonText,
): ServerMessage {
  const payload = jsonObject({ status: jsonOf(status), response })
  return { kind: 'message', joinRef, ref, topic, event: 'phx_reply', payload }
}

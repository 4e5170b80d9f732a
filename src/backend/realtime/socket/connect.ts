import { STATUS_CODES, type IncomingMessage } from 'node:http'
import { connectError, type Token } from '../tokens.ts'
import type { UpgradeRefusal } from '../../backend.ts'
import type { Duplex } from 'node:stream'
import type { RealtimeContext } from '../context.ts'
import type { Version } from '../codec/frames.ts'

const PATH = '/realtime/v1/websocket'

export type ConnectDecision =
  { kind: 'accepted'; version: Version; token: Token } | ({ kind: 'refused'; afterMs: number } & HttpAnswer)

interface HttpAnswer {
  status: number
  body: string
  contentType: string
}

/** Decides on a request to upgrade. Bad keys are answered only after the backoff. */
export async function decideConnect(
  context: RealtimeContext,
  request: IncomingMessage,
): Promise<ConnectDecision> {
  const url = requestUrl(request)
  if (url?.pathname !== PATH) return refused(404, 'Not Found', 'text/plain', 0)
  const version = versionOf(url.searchParams.get('vsn'))
  if (!version) return refused(403, '', 'text/plain', 0)
  const key = keyOf(request, url)
  const refusedKey = (error: string): ConnectDecision => ({
    ...refusal({ status: 401, error }),
    kind: 'refused',
    afterMs: context.settings.connectErrorBackoffMs,
  })
  if (key === null) return refusedKey('API key is missing')
  const result = await context.verifyToken(key)
  return result.ok
    ? { kind: 'accepted', version, token: result.token }
    : refusedKey(connectError(result.failure))
}

/** A refusal in Realtime's own words. */
export function refusal({ status, error }: UpgradeRefusal): HttpAnswer {
  return { status, body: JSON.stringify({ error }), contentType: 'application/json' }
}

/** Answers an upgrade with a plain HTTP response and ends the connection. */
export function answerHttp(stream: Duplex, { status, body, contentType }: HttpAnswer): void {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `content-type: ${contentType}; charset=utf-8`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function versionOf(given: string | null): Version | null {
  if (given === null || given === '1.0.0') return '1.0.0'
  return given === '2.0.0' ? '2.0.0' : null
}

function keyOf(request: IncomingMessage, url: URL): string | null {
  const header = request.headers['x-api-key']
  return url.searchParams.get('apikey') ?? (typeof header === 'string' ? header : null)
}

function requestUrl(request: IncomingMessage): URL | null {
  // A path such as "//" is no URL.
  return URL.parse(request.url ?? '', 'http://localhost')
}

function refused(status: number, body: string, contentType: string, afterMs: number): ConnectDecision {
  return { kind: 'refused', status, body, contentType, afterMs }
}

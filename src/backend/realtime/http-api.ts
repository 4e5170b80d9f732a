import { binaryBroadcast, textBroadcast } from './broadcast-hub.ts'
import { readBatch, type BatchMessage } from './http-batch.ts'
import { sortedJsonOf, trustedJson } from './json.ts'
import { topicKey } from './topics.ts'
import type { BroadcastBody } from './codec/frames.ts'
import type { Claims } from '../database.ts'
import type { RealtimeContext } from './context.ts'

const PREFIX = '/realtime/v1/api/broadcast'
const SINGLE = /^\/([^/]+)\/events\/([^/]+)$/

/** Broadcasting over HTTP: a batch of messages, or a single one whose topic and event are in the path. */
export class HttpApi {
  readonly #context: RealtimeContext

  constructor(context: RealtimeContext) {
    this.#context = context
  }

  /** Answers a broadcast call; null for any other request. */
  async handle(request: Request): Promise<Response | null> {
    const url = new URL(request.url)
    if (request.method !== 'POST' || !url.pathname.startsWith(PREFIX)) return null
    const rest = url.pathname.slice(PREFIX.length)
    if (rest === '') return this.#batch(request)
    const single = SINGLE.exec(rest)
    if (!single) return null
    const topic = decoded(single[1])
    const event = decoded(single[2])
    if (topic === null || event === null) return plain(400, 'Bad Request')
    return this.#single(request, topic, event, url.searchParams.get('private') === 'true')
  }

  async #batch(request: Request): Promise<Response> {
    const body = parsed(await request.text())
    if (body === undefined) return plain(400, 'Bad Request')
    const caller = await this.#admit(request)
    if (caller instanceof Response) return caller
    const batch = readBatch(body, this.#context.settings)
    if (batch.kind === 'too-many') {
      return this.#json(429, { message: 'Too many messages to broadcast, please reduce the batch size' })
    }
    if (batch.kind === 'invalid') return this.#json(422, { errors: { messages: batch.errors } })
    for (const message of batch.messages) {
      // One that the caller may not send is dropped without a word.
      if (await this.#maySend(caller, message.topic, message.isPrivate)) this.#send(message)
    }
    return this.#empty(202)
  }

  async #single(request: Request, topic: string, event: string, isPrivate: boolean): Promise<Response> {
    const type = request.headers.get('content-type')?.split(';')[0]?.trim()
    if (type !== 'application/json' && type !== 'application/octet-stream') {
      const error = 'Unsupported Media Type. Use application/json or application/octet-stream'
      return this.#json(415, { error })
    }
    const bytes = Buffer.from(await request.arrayBuffer())
    if (type === 'application/json' && parsed(bytes.toString()) === undefined)
      return plain(400, 'Bad Request')
    const caller = await this.#admit(request)
    if (caller instanceof Response) return caller
    if (bytes.length > this.#context.settings.maxPayloadBytes) {
      return this.#json(422, { errors: { payload: ['Payload size exceeds tenant limit'] } })
    }
    if (!(await this.#maySend(caller, topic, isPrivate))) return this.#json(403, { message: 'Unauthorized' })
    const body: BroadcastBody =
      type === 'application/json'
        ? { kind: 'json', json: trustedJson(bytes.toString()) }
        : { kind: 'bytes', bytes }
    this.#context.limits.events.add(1)
    this.#context.broadcasts.send(topicKey(topic, isPrivate), binaryBroadcast(topic, { event, body }))
    return this.#empty(202)
  }

  /** The claims of a caller who may call now, or the answer to one who may not. */
  async #admit(request: Request): Promise<Claims | Response> {
    const bearer = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
    const key = bearer ?? request.headers.get('apikey')
    const result = key ? await this.#context.verifyToken(key) : null
    if (!result?.ok) return this.#json(401, { message: 'Unauthorized' })
    if (this.#context.limits.events.isExceeded) {
      return this.#json(429, { message: 'You have exceeded your rate limit' })
    }
    return result.token.claims
  }

  async #maySend(claims: Claims, topic: string, isPrivate: boolean): Promise<boolean> {
    return !isPrivate || (await this.#context.authorization.write(claims, topic)).broadcast
  }

  #send({ topic, event, payload, isPrivate, id }: BatchMessage): void {
    const content = {
      event,
      ...(id === null ? {} : { meta: { id } }),
      payload,
      type: 'broadcast',
    }
    this.#context.limits.events.add(1)
    this.#context.broadcasts.send(topicKey(topic, isPrivate), textBroadcast(topic, sortedJsonOf(content)))
  }

  #json(status: number, body: unknown): Response {
    return Response.json(body, { status, headers: this.#rateHeaders() })
  }

  #empty(status: number): Response {
    return new Response(null, { status, headers: this.#rateHeaders() })
  }

  #rateHeaders(): Record<string, string> {
    const { events } = this.#context.limits
    const rolling = Math.round(events.average)
    return {
      'x-rate-limit': String(events.maxPerSecond),
      'x-rate-limit-remaining': String(Math.max(0, events.maxPerSecond - rolling)),
      'x-rate-rolling': String(rolling),
    }
  }
}

function plain(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/html; charset=utf-8' } })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function decoded(part: string | undefined): string | null {
  try {
    return decodeURIComponent(part ?? '')
  } catch {
    return null
  }
}

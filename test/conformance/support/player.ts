import { expect } from 'vitest'
import { Placeholders } from './placeholders.ts'
import { RecordedClient, topicOf, type Heard } from './recorded-client.ts'
import { changesDelivered, until } from './until.ts'
import type { BackendUnderTest } from './backend-under-test.ts'
import type { RecordedPayload, RecordedToken, Recording, Step } from './recording.ts'

/** Plays a recording against a backend: does what the client did and compares what it hears, frame by frame. */
export class Player {
  readonly #backend: BackendUnderTest
  readonly #recording: Recording
  readonly #clients = new Map<string, { client: RecordedClient; isObjectFormat: boolean }>()
  readonly #tokens = new Map<string, string>()
  readonly #placeholders: Placeholders
  #answer: Promise<Response> | null = null
  #sqlError: Error | null = null

  constructor(backend: BackendUnderTest, recording: Recording) {
    this.#backend = backend
    this.#recording = recording
    this.#placeholders = new Placeholders(recording.macros)
  }

  async play(): Promise<void> {
    for (const step of this.#recording.steps) await this.#step(step)
    expect(this.#sqlError).toBeNull()
    await this.#expectSilence()
  }

  close(): void {
    for (const { client } of this.#clients.values()) client.terminate()
  }

  async #step(step: Step): Promise<void> {
    switch (step[0]) {
      case 'connect':
        return this.#connect(step[1], step[2], step[3])
      case 'send':
        return this.#client(step[1]).send(await this.#signed(step[2]))
      case 'push':
        return this.#client(step[1]).send(encodePush(step[2], step[3]))
      case 'sendBytes':
        return this.#client(step[1]).send(Buffer.from(step[2], 'base64'))
      case 'sql':
        return this.#sql(step[1], step[2])
      case 'sqlFails':
        return this.#expectSqlError(step[1])
      case 'post':
        return this.#post(step[2], step[3], step[4])
      case 'answer':
        return this.#expectAnswer(step[2], step[3], step[4])
      case 'hangUp':
        return this.#backend.faults.disturb({ kind: 'hang-up', code: step[1] })
      case 'drain':
        return this.#backend.faults.disturb({ kind: 'drain' })
      case 'close':
        return this.#client(step[1]).close()
      case 'terminate':
        return this.#client(step[1]).terminate()
      case 'hear':
        return this.#hear(step[1], { kind: 'text', text: step[2] })
      case 'hearBinary':
        return this.#hear(step[1], { kind: 'binary', fields: step[2], payload: payloadBytes(step[3]) })
      case 'refused':
        return this.#expectRefusal(step[1], step[2], step[3])
      case 'closed':
        return this.#expectClose(step[1], step[2])
    }
  }

  async #connect(connection: string, path: string, headers: Record<string, string> = {}): Promise<void> {
    const signedHeaders: Record<string, string> = {}
    for (const [name, value] of Object.entries(headers)) signedHeaders[name] = await this.#signed(value)
    const client = new RecordedClient(this.#backend.wsUrl + (await this.#signed(path)), signedHeaders)
    this.#clients.set(connection, { client, isObjectFormat: !path.includes('vsn=2.0.0') })
    await client.opened()
  }

  async #hear(connection: string, expected: Heard): Promise<void> {
    const filled = expected.kind === 'text' ? this.#placeholders.fill(expected.text) : expected.fields
    const topic = topicOf(
      expected.kind === 'text'
        ? { kind: 'text', text: asJson(filled) }
        : { ...expected, fields: asJson(filled) },
    )
    const heard = await this.#client(connection).next(topic)
    this.#expectText(fieldsOf(expected), fieldsOf(heard))
    if (expected.kind === 'binary' && heard.kind === 'binary') {
      this.#expectText(expected.payload.toString(), heard.payload.toString())
    }
  }

  #expectText(expected: string, actual: string): void {
    // A plain comparison of the two says more than a match that failed.
    if (!this.#placeholders.matches(expected, actual)) expect(actual).toBe(this.#placeholders.fill(expected))
  }

  async #sql(text: string, parameters: unknown[] | undefined): Promise<void> {
    const { database } = this.#backend
    try {
      if (parameters) await database.query(text, parameters)
      else await database.script(text)
    } catch (error) {
      this.#sqlError = error as Error
    }
    await changesDelivered(database)
  }

  #expectSqlError(message: string): void {
    expect(this.#sqlError?.message).toContain(message)
    this.#sqlError = null
  }

  async #post(path: string, headers: Record<string, string>, body: string): Promise<void> {
    const signedHeaders: Record<string, string> = {}
    for (const [name, value] of Object.entries(headers)) signedHeaders[name] = await this.#signed(value)
    const url = this.#backend.httpUrl + (await this.#signed(path))
    this.#answer = fetch(url, { method: 'POST', headers: signedHeaders, body })
  }

  async #expectAnswer(status: number, body: string, contentType: string | null): Promise<void> {
    const answer = await this.#answer
    expect({ status: answer?.status, body: await answer?.text() }).toEqual({ status, body })
    if (contentType !== null) expect(answer?.headers.get('content-type')).toContain(contentType.split(';')[0])
    if (status === 202) expect(answer?.headers.get('x-rate-limit')).toBe('100')
  }

  async #expectRefusal(connection: string, status: number, body: string): Promise<void> {
    const client = this.#client(connection)
    await until('the connection is refused', () => client.refusal !== null)
    expect(client.refusal).toEqual({ status, body })
  }

  async #expectClose(connection: string, code: number): Promise<void> {
    const client = this.#client(connection)
    await until('the server closes the socket', () => client.closeCode !== null)
    expect(client.closeCode).toBe(code)
  }

  /** Nothing was sent that the recording does not show. */
  async #expectSilence(): Promise<void> {
    for (const { client, isObjectFormat } of this.#clients.values()) {
      if (client.isOpen) await client.heartbeat(isObjectFormat)
    }
    const unread = [...this.#clients].flatMap(([name, { client }]) =>
      client.unread.map((heard) => `${name}: ${fieldsOf(heard)}`),
    )
    expect(unread).toEqual([])
  }

  #client(connection: string): RecordedClient {
    const entry = this.#clients.get(connection)
    if (!entry) throw new Error(`The recording has no connection ${connection} yet.`)
    return entry.client
  }

  async #signed(text: string): Promise<string> {
    let signed = text
    for (const [whole, name] of text.matchAll(/‹token (\d+)›/g)) {
      signed = signed.replace(whole, await this.#token(name as string))
    }
    return signed
  }

  async #token(name: string): Promise<string> {
    const known = this.#tokens.get(name)
    if (known !== undefined) return known
    const recorded = this.#recording.tokens[name]
    if (!recorded) throw new Error(`The recording has no token ${name}.`)
    const token = await mint(this.#backend, recorded, name)
    this.#tokens.set(name, token)
    return token
  }
}

async function mint(backend: BackendUnderTest, recorded: RecordedToken, name: string): Promise<string> {
  const { claims, lifeS, flaw } = recorded
  // A whole second more for a token that lives: what is left of the present one may be next to nothing.
  const nowS = Math.floor(Date.now() / 1_000) + (typeof lifeS === 'number' && lifeS > 0 ? 1 : 0)
  const expiry = lifeS === null ? {} : { exp: lifeS === 'text' ? 'soon' : nowS + lifeS }
  const token = await backend.sign({ ...claims, ...expiry, jti: name })
  const [header, payload, signature = ''] = token.split('.')
  if (flaw === 'signature') return `${header}.${payload}.${Array.from(signature).reverse().join('')}`
  if (flaw === 'unsigned') return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
  return token
}

function encodePush(fields: readonly string[], payload: RecordedPayload): Buffer {
  const parts = fields.map((field) => Buffer.from(field))
  const encoding = typeof payload === 'string' ? 1 : 0
  const header = Buffer.from([3, ...parts.map((part) => part.length), encoding])
  return Buffer.concat([header, ...parts, payloadBytes(payload)])
}

function payloadBytes(payload: RecordedPayload): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload.hex, 'hex')
}

function fieldsOf(heard: Heard): string {
  return heard.kind === 'text' ? heard.text : heard.fields
}

/** Placeholders for numbers make the text no JSON: good enough to find its topic. */
function asJson(text: string): string {
  return text.replace(/‹id \d+›/g, '0')
}

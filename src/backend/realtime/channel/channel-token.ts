import { ALL_RIGHTS, type Rights } from '../authorization.ts'
import { channelError, secondsExpired, type Token } from '../tokens.ts'
import { guardedCallback } from '../guarded.ts'
import { isObject } from '../json.ts'
import { usableToken } from './join-config.ts'
import type { ServedChannel } from './served-channel.ts'

/** The token a channel runs on: its expiry, its replacement, and the rights it gives on a private topic. */
export class ChannelToken {
  readonly #channel: ServedChannel
  #token: Token
  #read: Rights
  /** Looked up at the first push and then kept, until a new token comes. */
  #write: Promise<Rights> | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(channel: ServedChannel, token: Token, read: Rights) {
    this.#channel = channel
    this.#token = token
    this.#read = read
  }

  get claims(): Token['claims'] {
    return this.#token.claims
  }

  get read(): Rights {
    return this.#read
  }

  start(): void {
    const { settings, log } = this.#channel.context
    const leftMs = this.#token.expiresAt * 1_000 - Date.now()
    const check = guardedCallback(log, () => this.#checkExpiry())
    this.#timer = setTimeout(check, Math.max(0, Math.min(settings.tokenCheckMs, leftMs)))
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  writeRights(): Promise<Rights> {
    const { config, context, name } = this.#channel
    if (!config.isPrivate) return Promise.resolve(ALL_RIGHTS)
    this.#write ??= context.authorization.write(this.#token.claims, name)
    return this.#write
  }

  /** An `access_token` push: never answered. What is not a token, or the same one, changes nothing. */
  async receive(payload: unknown): Promise<void> {
    const text = isObject(payload) ? usableToken(payload['access_token']) : null
    if (text === null || text === this.#token.text) return
    const { context } = this.#channel
    const result = await context.verifyToken(text)
    if (!this.#channel.isOpen) return
    if (!result.ok) return this.#channel.expel(channelError(result.failure))
    await this.#replace(result.token)
  }

  async #replace(token: Token): Promise<void> {
    const { config, context, name } = this.#channel
    this.stop()
    this.#token = token
    this.#write = null
    this.start()
    if (config.isPrivate) {
      this.#read = await context.authorization.read(token.claims, name)
      if (!this.#channel.isOpen) return
      if (!mayJoin(this.#read)) return this.#channel.expel(noPermission(name))
    }
    this.#channel.tokenChanged()
  }

  #checkExpiry(): void {
    const secondsAgo = secondsExpired(this.#token.expiresAt, Date.now())
    if (secondsAgo === null) return this.start()
    this.#channel.expel(channelError({ kind: 'expired', secondsAgo }))
  }
}

export function mayJoin(read: Rights): boolean {
  return read.broadcast || read.presence
}

export function noPermission(topicName: string): string {
  return `You do not have permissions to read from this Channel topic: ${topicName}`
}

import type { Answer, AskChannel, HearChannel, Heard, Question } from '#shared/protocol/contract.ts'
import type { ErrorCode, WireError } from '#shared/protocol/reply.ts'
import type { ShelfApi } from '#shared/protocol/shelf-api.ts'

/** A question the console could not answer: what was asked, and why by kind. */
export class IpcError extends Error {
  readonly channel: AskChannel
  readonly code: ErrorCode
  readonly retryable: boolean

  constructor(channel: AskChannel, error: WireError, options?: ErrorOptions) {
    super(`${channel}: ${error.message}`, options)
    this.name = 'IpcError'
    this.channel = channel
    this.code = error.code
    this.retryable = error.retryable
  }
}

/** The window's way to the console, with replies turned into values or thrown `IpcError`s. */
export interface Client {
  /** @throws IpcError, and nothing else */
  ask<C extends AskChannel>(channel: C, question: Question<C>): Promise<Answer<C>>
  /** @returns stops hearing */
  hear<C extends HearChannel>(channel: C, listener: (message: Heard<C>) => void): () => void
  ready(): void
}

/** The only user of `window.shelf`. */
export function createClient(shelf: ShelfApi): Client {
  return {
    async ask(channel, question) {
      const reply = await shelf.ask(channel, question).catch((cause: unknown) => {
        throw new IpcError(channel, lostReply, { cause })
      })
      if (!reply.ok) throw new IpcError(channel, reply.error)
      return reply.value
    },
    hear: (channel, listener) => shelf.hear(channel, listener),
    ready: () => shelf.ready(),
  }
}

/** The bridge itself broke: the main process went away before it could answer. */
const lostReply: WireError = { code: 'internal', message: 'The reply was lost.', retryable: true }

/** Any caught value as an `IpcError`: a bug on our side reads as `internal`, never as silence. */
export function asIpcError(channel: AskChannel, caught: unknown): IpcError {
  if (caught instanceof IpcError) return caught
  return new IpcError(
    channel,
    { code: 'internal', message: String(caught), retryable: false },
    { cause: caught },
  )
}

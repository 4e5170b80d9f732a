import type { Answer, AskChannel, HearChannel, Heard, Question } from './contract.ts'
import type { Reply } from './reply.ts'

/**
 * What the preload gives a window as `window.shelf`: its only way out [S1]. Channels are those of the contract; any
 * other name is refused before it leaves the window.
 */
export interface ShelfApi {
  /**
   * Asks the console.
   * @param channel a channel of `contract.ask`
   * @param question shaped as the contract says; anything else comes back as `bad-request`
   * @returns the reply as a value; it never rejects for a known channel
   */
  ask<C extends AskChannel>(channel: C, question: Question<C>): Promise<Reply<Answer<C>>>
  /**
   * Hears what is pushed on a channel of `contract.hear`, from the next message on.
   * @returns stops hearing
   */
  hear<C extends HearChannel>(channel: C, listener: (message: Heard<C>) => void): () => void
  /** Says that the window's script runs and listens: a window that never says so is a window that failed to load. */
  ready(): void
}

declare global {
  interface Window {
    readonly shelf: ShelfApi
  }
}

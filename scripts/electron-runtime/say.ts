/** Tells the person at the terminal one plain sentence. */
export type Say = (sentence: string) => void

/** A reason to stop that the person can act on: the message is for them, and no stack belongs to it. */
export class PlainError extends Error {
  override readonly name = 'PlainError'
}

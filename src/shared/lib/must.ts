/** Returns `value`, or throws when it is missing: for what our own code guarantees, never for the world's input. */
export function must<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`Expected ${what} to be there.`)
  return value
}

/** The end of an exhaustive switch: adding a kind breaks the build until someone decides what it does. */
export function unreachable(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`)
}

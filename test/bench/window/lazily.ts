/** Something that is made when it is first asked for, and once. */
export type Lazy<T> = () => Promise<T>

export function lazily<T>(make: () => Promise<T>): Lazy<T> {
  let made: Promise<T> | null = null
  return () => (made ??= make())
}

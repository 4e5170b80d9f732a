import { jsonObject, jsonOf, sortedJsonOf, trustedJson, type JsonText } from '../json.ts'

const LARGEST_ID = 0x7ff_ffff
const FNV_OFFSET = 0x811c_9dc5
const FNV_PRIME = 0x0100_0193

/** The bindings as a join reply lists them: the client's own keys, sorted, after an id. */
export function bindingEcho(bindings: readonly Record<string, unknown>[]): JsonText {
  const echoes = bindings.map((binding) => {
    const keys = Object.keys(binding).sort()
    const members = keys.map((key) => [key, sortedJsonOf(binding[key])] as const)
    return jsonObject({ id: jsonOf(bindingId(binding)), ...Object.fromEntries(members) })
  })
  return trustedJson(`[${echoes.join(',')}]`)
}

/** The same for equal bindings on every channel and after every restart, and never 0, which clients take for no id. */
export function bindingId(binding: Record<string, unknown>): number {
  let hash = FNV_OFFSET
  for (const byte of Buffer.from(sortedJsonOf(binding))) hash = Math.imul(hash ^ byte, FNV_PRIME)
  return ((hash >>> 0) % LARGEST_ID) + 1
}

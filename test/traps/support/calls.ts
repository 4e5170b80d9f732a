/** One HTTP question of a console. */
export interface Call {
  path: string
  authorization: string | null
  status: number | null
}

/** Answers in place of the server, or null to let it answer. */
export type Intruder = (path: string, ask: () => Promise<Response>) => Promise<Response> | null

/** A fetch that keeps what was asked, and lets a test stand between console and server. */
export interface RecordedFetch {
  fetch: typeof fetch
  calls: Call[]
  intruder: Intruder | null
}

export function recordedFetch(): RecordedFetch {
  const recorded: RecordedFetch = {
    calls: [],
    intruder: null,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const path = new URL(request.url).pathname
      const call: Call = { path, authorization: request.headers.get('authorization'), status: null }
      recorded.calls.push(call)
      const ask = (): Promise<Response> => fetch(request)
      const response = await (recorded.intruder?.(path, ask) ?? ask())
      call.status = response.status
      return response
    },
  }
  return recorded
}

export const jsonAnswer = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })

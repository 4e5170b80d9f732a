import { createServer as createHttpServer } from 'node:http'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** What stands in the way instead of the server, and answers everything itself. */
export interface Portal {
  status: number
  type?: string
  body?: string
  /** Where it sends people to sign in. */
  location?: string
}

/** The network between one terminal and the server, as somebody with a pair of pliers sees it. */
export interface Line {
  /** Where the terminal finds the server. */
  url: string
  /** The cable is out: whatever was open ends without a word, and nobody answers. */
  cut(): void
  /** A hotel's sign-in page, a proxy or a dying gateway answers in the server's place. */
  portal(portal: Portal): void
  /** A firewall that knows no websockets: other requests pass. */
  blockWebsockets(): void
  /** Questions reach the server, and every answer is lost; what was open ends when the line is mended or cut. */
  loseAnswers(): void
  /** Answers to questions wait on the way until they are let go; what comes over websockets passes. */
  holdAnswers(): void
  letAnswersGo(): void
  /** All is well again. */
  mend(): void
  /** Websockets that were tried since the start, whatever became of them. */
  websockets(): number
  close(): Promise<void>
}

type State = { kind: 'whole' | 'cut' | 'no-websockets' | 'no-answers' } | { kind: 'portal'; portal: Portal }

const WEBSOCKET_PATH = '/realtime/v1/websocket'

/** A line of its own to the server at `serverUrl`, for one terminal. */
export async function layLine(serverUrl: string): Promise<Line> {
  const { hostname, port } = new URL(serverUrl)
  const open = new Set<Socket>()
  let state: State = { kind: 'whole' }
  let websockets = 0
  /** What waits on the way back. */
  let held: (() => void)[] | null = null

  const stranger = createHttpServer((_request, response) => {
    if (state.kind !== 'portal') return void response.destroy()
    const { status, type = 'text/html', body = '<h1>Please sign in</h1>', location } = state.portal
    response.writeHead(status, { 'content-type': type, ...(location && { location }) }).end(body)
  })

  const pipeThrough = (socket: Socket, first: Buffer, isWebsocket: boolean): void => {
    const server = connect({ host: hostname, port: Number(port) })
    const both = [socket, server]
    for (const end of both) {
      open.add(end)
      end.on('error', () => undefined)
      end.once('close', () => {
        open.delete(end)
        for (const other of both) other.destroy()
      })
    }
    server.write(first)
    socket.pipe(server)
    server.on('data', (chunk) => {
      if (state.kind === 'no-answers') return
      if (held && !isWebsocket) held.push(() => socket.write(chunk))
      else if (!socket.write(chunk)) server.pause()
    })
    socket.on('drain', () => server.resume())
  }

  const gate = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => open.delete(socket))
    if (state.kind === 'cut') return void socket.destroy()
    if (state.kind === 'portal') return void stranger.emit('connection', socket)
    socket.once('data', (first) => {
      socket.pause()
      const isWebsocket = first.subarray(0, 256).includes(WEBSOCKET_PATH)
      if (isWebsocket) websockets += 1
      if (state.kind === 'cut' || (state.kind === 'no-websockets' && isWebsocket))
        return void socket.destroy()
      pipeThrough(socket, first, isWebsocket)
    })
  })
  await new Promise<void>((listening) => gate.listen(0, '127.0.0.1', listening))

  const become = (next: State): void => {
    const wasOpenToRequests = state.kind === 'no-websockets' || state.kind === 'whole'
    state = next
    if (next.kind === 'whole' && wasOpenToRequests) return
    for (const socket of open) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${(gate.address() as AddressInfo).port}`,
    cut: () => become({ kind: 'cut' }),
    portal: (portal) => become({ kind: 'portal', portal }),
    blockWebsockets: () => become({ kind: 'no-websockets' }),
    loseAnswers: () => {
      state = { kind: 'no-answers' }
    },
    holdAnswers: () => void (held ??= []),
    letAnswersGo() {
      const waiting = held ?? []
      held = null
      for (const go of waiting) go()
    },
    mend: () => become({ kind: 'whole' }),
    websockets: () => websockets,
    async close() {
      if (!gate.listening) return
      become({ kind: 'cut' })
      await new Promise((closed) => gate.close(closed))
    },
  }
}

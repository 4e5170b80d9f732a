import { createServer, request } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import net from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

/** Stands before a server. It can forget to bring back the answer to the first push of any command. */
export interface ForgetfulProxy {
  url: string
  /** From now on each command's first push is done, and the connection ends instead of the answer. */
  forget(on: boolean): void
  /** Answers forgotten so far. */
  forgotten(): number
  close(): Promise<void>
}

const PUSH = '/rest/v1/rpc/apply_commands'

export async function openForgetfulProxy(targetUrl: string): Promise<ForgetfulProxy> {
  const { hostname, port } = new URL(targetUrl)
  const seen = new Set<string>()
  let isForgetful = false
  let forgotten = 0

  const isFirst = (body: Buffer): boolean => {
    const ids = body.toString().match(/"mutation_id":"[^"]+"/g) ?? []
    const isNew = ids.some((id) => !seen.has(id))
    for (const id of ids) seen.add(id)
    return isNew
  }

  function pass(question: IncomingMessage, body: Buffer, answer: ServerResponse): void {
    const { method, url: path, headers } = question
    const loses = path?.startsWith(PUSH) === true && isForgetful && isFirst(body)
    const onward = request({ hostname, port, method, path, headers }, (reply) => {
      if (loses) {
        reply.resume().on('end', () => {
          forgotten += 1
          question.socket.destroy()
        })
        return
      }
      answer.writeHead(reply.statusCode ?? 502, reply.headers)
      reply.pipe(answer)
    })
    onward.on('error', () => question.socket.destroy())
    onward.end(body)
  }

  const server = createServer((question, answer) => {
    const pieces: Buffer[] = []
    question.on('data', (piece: Buffer) => pieces.push(piece))
    question.on('end', () => pass(question, Buffer.concat(pieces), answer))
  })
  server.on('upgrade', (question: IncomingMessage, socket: Duplex, head: Buffer) => {
    const onward = net.connect(Number(port), hostname)
    const part = (): void => {
      socket.destroy()
      onward.destroy()
    }
    for (const end of [socket, onward]) end.on('error', part).on('close', part)
    const headers = question.rawHeaders.flatMap((name, at, all) =>
      at % 2 === 0 ? [`${name}: ${all[at + 1] ?? ''}`] : [],
    )
    onward.write(`GET ${question.url ?? '/'} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)
    onward.write(head)
    socket.pipe(onward).pipe(socket)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forget: (on) => void (isForgetful = on),
    forgotten: () => forgotten,
    async close() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

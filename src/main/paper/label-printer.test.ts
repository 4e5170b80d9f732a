import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { sendToPrinter } from './label-printer.ts'

let server: Server | null = null
afterEach(() => new Promise<void>((done) => (server ? server.close(() => done()) : done())))

/** A printer on a free port of this machine. */
async function printer(behaves: (socket: Socket) => void): Promise<{ host: string; port: number }> {
  const mine = createServer({ allowHalfOpen: true }, behaves)
  server = mine
  await new Promise<void>((ready) => mine.listen(0, '127.0.0.1', ready))
  return { host: '127.0.0.1', port: (mine.address() as AddressInfo).port }
}

test('all of it reaches the printer, letters beyond ASCII too', async () => {
  const text = `^XA^CI28^FDGröße^FS^XZ\n`.repeat(5_000)
  let received = ''
  const at = await printer((socket) => {
    socket.setEncoding('utf8').on('data', (part: string) => (received += part))
    socket.on('end', () => socket.end())
  })
  expect(await sendToPrinter(at, text)).toBe('sent')
  expect(received).toBe(text)
})

test('a printer that is there and takes nothing, and one that says nothing, are told apart', async () => {
  const at = await printer(() => undefined)
  await new Promise<void>((done) => server?.close(() => done()))
  server = null
  expect(await sendToPrinter(at, 'x')).toBe('refused')

  const silent: Socket[] = []
  const deaf = await printer((socket) => {
    socket.pause()
    silent.push(socket)
  })
  expect(await sendToPrinter(deaf, 'x'.repeat(20_000_000), 200)).toBe('partly')
  for (const socket of silent) socket.destroy()
})

test('a name that nobody has is not found', async () => {
  expect(await sendToPrinter({ host: 'no-such-printer.invalid', port: 9100 }, 'x', 2_000)).toMatch(
    /^(not-found|no-answer)$/,
  )
})

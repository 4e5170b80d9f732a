import net from 'node:net'
import type { LabelPrinter, SendEnd } from '#shared/protocol/paper.ts'
import { errorCode } from '../storage/json-file.ts'

/** Longer than any printer that is there needs to say so, shorter than anybody waits. */
const DEADLINE_MS = 10_000

/**
 * Sends text to a label printer as it is. Such a printer says nothing back: `sent` is that it took all of it.
 * @param deadlineMs how long it may say nothing at a stretch
 */
export function sendToPrinter(
  { host, port }: LabelPrinter,
  text: string,
  deadlineMs = DEADLINE_MS,
): Promise<SendEnd> {
  return new Promise((resolve) => {
    let isConnected = false
    const socket = net.connect({ host, port })
    const end = (how: SendEnd): void => {
      socket.destroy()
      resolve(how)
    }
    socket.setTimeout(deadlineMs, () => end(isConnected ? 'partly' : 'no-answer'))
    socket.once('connect', () => {
      isConnected = true
      socket.end(text, 'utf8')
    })
    socket.once('error', (error) => end(isConnected ? 'partly' : endOf(errorCode(error))))
    // It has closed its side too: all was taken.
    socket.once('close', (hadError) => {
      if (!hadError) resolve(socket.bytesWritten >= Buffer.byteLength(text) ? 'sent' : 'partly')
    })
    socket.resume()
  })
}

function endOf(code: string): SendEnd {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'not-found'
    case 'ECONNREFUSED':
      return 'refused'
    default:
      return 'no-answer'
  }
}

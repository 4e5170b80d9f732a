import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import type { AppStart } from '../../../scripts/launch/app.ts'

/** A console started as a person starts it: with no test tool between it and its first window. */
export interface ColdStart {
  /** From the start of the process until stock rows were on screen, ms. */
  firstRowsMs: number
  /** What the freshness bar said in that moment. */
  freshness: string
}

const AGENT = /^DevTools listening on (ws:\/\/[^/]+)\//

/** Runs in the page: resolves after the frame that shows the first rows. */
const firstRows = `new Promise((resolve) => {
  const look = () => {
    const isShown = document.querySelector('[role=grid] [role=row][aria-busy=false]') !== null
    if (!isShown) return void requestAnimationFrame(look)
    const freshness = document.querySelector('[role=group][aria-label^="How fresh"]')?.textContent ?? ''
    requestAnimationFrame(() => setTimeout(() => resolve(JSON.stringify({ at: Date.now(), freshness }))))
  }
  look()
})`

/** Starts a console, waits for its first stock rows, and ends it. The time found is never better than the true one. */
export async function coldStart({ executablePath, args, env }: AppStart): Promise<ColdStart> {
  const startedAt = Date.now()
  const child = spawn(executablePath, ['--remote-debugging-port=0', ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    const agent = await new Promise<string>((resolve, reject) => {
      child.once('exit', () => reject(new Error('The console ended before it showed a window.')))
      createInterface({ input: child.stderr }).on('line', (line) => {
        const address = AGENT.exec(line)?.[1]
        if (address !== undefined) resolve(address.replace('ws:', 'http:'))
      })
    })
    const page = await pageSocket(agent)
    let answer: string | null = null
    while (answer === null) answer = await evaluate(page, firstRows)
    page.close()
    const { at, freshness } = JSON.parse(answer) as { at: number; freshness: string }
    return { firstRowsMs: at - startedAt, freshness }
  } finally {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
}

/** The page's debugging socket, as soon as there is a page of ours. */
async function pageSocket(agent: string): Promise<WebSocket> {
  for (;;) {
    const answer = await fetch(`${agent}/json/list`)
    const targets = (await answer.json()) as { type: string; url: string; webSocketDebuggerUrl: string }[]
    const page = targets.find(({ type, url }) => type === 'page' && url.startsWith('shelf://'))
    if (page !== undefined) {
      const socket = new WebSocket(page.webSocketDebuggerUrl)
      await once(socket, 'open')
      return socket
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** @returns what the page answers, or null when it was replaced before it could */
function evaluate(socket: WebSocket, expression: string): Promise<string | null> {
  const answer = new Promise<string | null>((resolve, reject) => {
    socket.once('message', (data: Buffer) => {
      const { result } = JSON.parse(data.toString()) as { result?: { result?: { value?: string } } }
      resolve(result?.result?.value ?? null)
    })
    socket.once('close', () => reject(new Error('The window closed before it showed stock.')))
  })
  const params = { expression, awaitPromise: true, returnByValue: true }
  socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }))
  return answer
}

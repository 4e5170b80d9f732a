import { fileURLToPath } from 'node:url'
import { PlainError } from '../electron-runtime/index.ts'
import { BackendFacts } from './backend-facts.ts'
import { startChild, type Child } from './child.ts'

export interface BackendChild {
  child: Child
  /** Settles when it answers; rejects (PlainError, with its last words) when it ends before that. */
  ready: Promise<BackendFacts>
}

const script = fileURLToPath(new URL('../backend.ts', import.meta.url))
const KEPT_LINES = 20

/**
 * Starts the embedded backend beside us. It ends when we do, however we end.
 *
 * @param args as people give them to `npm run backend`, e.g. `['--port', '0', '--seed', 'demo']`
 * @param onLine what it says for people
 */
export async function startBackendChild(
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<BackendChild> {
  const said: string[] = []
  const hear = (line: string) => {
    said.push(line)
    if (said.length > KEPT_LINES) said.shift()
    onLine(line)
  }
  let announce: (facts: BackendFacts) => void = () => undefined
  const announced = new Promise<BackendFacts>((resolve) => (announce = resolve))
  const child = await startChild(process.execPath, [script, ...args, '--exit-with-parent'], {
    env: process.env,
    holdsStdin: true,
    onStdout: (line) => {
      const facts = readyLine(line)
      if (facts === null) hear(line)
      else announce(facts)
    },
    onStderr: hear,
  })
  const failed = child.ended.then(({ code }): never => {
    throw new PlainError(`The embedded backend could not start (code ${code}).\n${said.join('\n')}`)
  })
  return { child, ready: Promise.race([announced, failed]) }
}

function readyLine(line: string): BackendFacts | null {
  if (!line.startsWith('{')) return null
  try {
    return BackendFacts.safeParse(JSON.parse(line)).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

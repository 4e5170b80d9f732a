import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { must } from '#shared/lib/must.ts'
import type { HearChannel, Heard } from '#shared/protocol/contract.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import type { LinkStatus, Status } from '#shared/protocol/status.ts'
import { composeEngine } from '#engine/compose.ts'
import type { EnginePorts } from '#engine/compose.ts'
import type { Engine } from '#engine/engine.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import type { ServerAddress, WindowId } from '#engine/ports.ts'
import type { EngineBoot } from '#engine/thread-protocol.ts'
import { memorySecrets } from './memory-secrets.ts'
import { PATIENCE_MS } from './patience.ts'
import { recordedLog } from './recorded-log.ts'
import type { LogLine } from './recorded-log.ts'
import { seededRandom } from './seeded-random.ts'

/** One console without its window: the whole engine on a folder of its own, watched through its `status` view. */
export interface TestConsole {
  engine: Engine
  window: WindowId
  directory: string
  secrets: ReturnType<typeof memorySecrets>
  log: LogLine[]
  status(): Status
  /** The statuses its window was told, in order: the last thousand. */
  told(): readonly Status[]
  /** What its window was told of its views: the last thousand deltas. */
  deltas: Heard<'view.delta'>[]
  /** Every link state it went through, repeats left out. */
  path(): LinkStatus['at'][]
  /** Waits until the link is in this state, and tells how long that took, in ms. */
  reaches(at: LinkStatus['at'], timeoutMs?: number): Promise<number>
  configured: ServerAddress[]
  stop(): Promise<void>
}

interface ConsoleOptions extends Partial<
  Pick<EnginePorts, 'connect' | 'clock' | 'random' | 'inspectorThread'>
> {
  server: ServerAddress | null
  demoSignIn?: EngineBoot['demoSignIn']
  feed?: EngineBoot['feed']
  /** Which installed console it is; without one it reports to nobody. */
  station?: EngineBoot['station']
  /** A folder and secrets of an earlier console make this its next start. */
  directory?: string
  secrets?: ReturnType<typeof memorySecrets>
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'shelf-console-'))
export const removeFolder = (directory: string): void => rmSync(directory, { recursive: true, force: true })

export async function startConsole(options: ConsoleOptions): Promise<TestConsole> {
  const { server, demoSignIn = null, feed = 'broadcast', station = null } = options
  const { directory = temporaryFolder(), secrets = memorySecrets() } = options
  const log = recordedLog()
  const window = 1 as WindowId
  const viewId = 'status' as ViewId
  const path: LinkStatus['at'][] = []
  const configured: ServerAddress[] = []
  const told: Status[] = []
  const deltas: Heard<'view.delta'>[] = []
  const take = (status: Status): void => {
    told.push(status)
    if (told.length > 1_000) told.shift()
    if (path.at(-1) !== status.link.at) path.push(status.link.at)
  }

  const engine = composeEngine(
    {
      clock: options.clock ?? realClock,
      random: options.random ?? seededRandom(1),
      log,
      secrets,
      post<C extends HearChannel>(_window: WindowId, channel: C, message: Heard<C>) {
        if (channel !== 'view.delta') return
        const delta = message as Heard<'view.delta'>
        deltas.push(delta)
        if (deltas.length > 1_000) deltas.shift()
        const { viewId: changed, change } = delta
        if (changed === viewId && change.kind === 'value') take(change.value as Status)
      },
      serverConfigured: (address) => void configured.push(address),
      ...(options.connect && { connect: options.connect }),
      ...(options.inspectorThread && { inspectorThread: true }),
    },
    { directory, server, demoSignIn, feed, appVersion: '0.0.0', station, nativeBinding: null },
  )
  const opened = await engine.ask(window, 'view.open', { viewId, view: { name: 'status', params: {} } })
  if (!opened.ok || opened.value.result.kind !== 'value') throw new Error('The status view did not open.')
  take(opened.value.result.value as Status)

  const status = (): Status => must(told.at(-1), 'a status')
  return {
    engine,
    window,
    directory,
    secrets,
    log: log.lines,
    status,
    told: () => told,
    deltas,
    path: () => [...path],
    async reaches(at, timeoutMs = PATIENCE_MS) {
      const startedAt = performance.now()
      await vi.waitFor(
        () => {
          const { link } = status()
          if (link.at !== at) throw new Error(`The link is ${JSON.stringify(link)}, not ${at}.`)
        },
        { timeout: timeoutMs, interval: 5 },
      )
      return performance.now() - startedAt
    },
    configured,
    stop: () => engine.stop(),
  }
}

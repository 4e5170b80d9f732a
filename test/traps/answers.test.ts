import { describe, expect, test } from 'vitest'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { jsonAnswer } from './support/calls.ts'
import type { Intruder } from './support/calls.ts'
import { trapSite } from './support/trap-site.ts'
import type { TrapConsole } from './support/trap-site.ts'

/* HTTP answers that are empty, someone else's, or never come. */

const site = trapSite()

const isPull = (path: string): boolean => path.endsWith('/rest/v1/rpc/sync_pull')

/** Changes the body of every pull on its way. */
const rewritePulls =
  (rewrite: (answer: Record<string, unknown>) => unknown): Intruder =>
  (path, ask) =>
    isPull(path)
      ? ask().then(async (answer) =>
          answer.ok ? jsonAnswer(200, rewrite((await answer.json()) as Record<string, unknown>)) : answer,
        )
      : null

const stockLines = async (terminal: TrapConsole): Promise<number> => {
  const view = { name: 'summary' as const, params: { warehouseId: site.backend.warehouseId } }
  const opened = await terminal.engine.ask(terminal.window, 'view.open', { viewId: 's' as never, view })
  if (!opened.ok || opened.value.result.kind !== 'value') throw new Error('The summary did not open.')
  return (opened.value.result.value as { products: number }).products
}

describe('[B25] [B22] [M3] an empty answer never means that everything is gone', () => {
  test.each<[string, Intruder]>([
    [
      'an empty list, as an anonymous reader gets it',
      (path) => (isPull(path) ? Promise.resolve(jsonAnswer(200, [])) : null),
    ],
    ['null', (path) => (isPull(path) ? Promise.resolve(jsonAnswer(200, null)) : null)],
    [
      'nothing at all (204)',
      (path) => (isPull(path) ? Promise.resolve(new Response(null, { status: 204 })) : null),
    ],
    [
      'the answer for somebody else, who may read nothing',
      rewritePulls((answer) => ({
        ...answer,
        uid: '00000000-0000-4000-8000-000000000000',
        granted: [],
        pages: [],
      })),
    ],
    ['the answer for nobody', rewritePulls((answer) => ({ ...answer, uid: null, granted: [], pages: [] }))],
    ['an answer without its list of scopes', rewritePulls(({ granted: _granted, ...answer }) => answer)],
    [
      'half an answer',
      (path) =>
        isPull(path)
          ? Promise.resolve(new Response('{"uid":"', { headers: { 'content-type': 'application/json' } }))
          : null,
    ],
    [
      'a web page',
      (path) =>
        isPull(path)
          ? Promise.resolve(new Response('<html>', { headers: { 'content-type': 'text/html' } }))
          : null,
    ],
    [
      'a function that is not there (404 PGRST202)',
      (path) =>
        isPull(path)
          ? Promise.resolve(jsonAnswer(404, { code: 'PGRST202', message: 'gone', details: null, hint: null }))
          : null,
    ],
  ])(
    '%s: the rows stay, the status says that something is wrong, and it goes on afterwards',
    async (_title, intruder) => {
      const terminal = await site.settled()
      const lines = await stockLines(terminal)
      const { asOf } = terminal.status()
      expect(lines).toBeGreaterThan(0)
      terminal.intrude(intruder)
      terminal.engine.signal({ kind: 'focused' })
      await terminal.notLive(30_000)
      expect(await stockLines(terminal)).toBe(lines)
      expect(terminal.status().asOf).toBe(asOf)
      terminal.intrude(null)
      // An answer for somebody else ends the session here; the same person signs in again.
      if (terminal.status().link.at === 'signed-out') {
        await terminal.engine.ask(terminal.window, 'session.sign-in', site.backend.user)
      }
      await site.recovers(terminal)
    },
  )

  test('[B25] a page nobody asked for, of a scope that may not be read any more, is not taken', async () => {
    const terminal = await site.live()
    terminal.intrude(
      rewritePulls((answer) => ({
        ...answer,
        pages: (answer['pages'] as Record<string, unknown>[]).map((page) => ({
          ...page,
          scope: `warehouse:${crypto.randomUUID()}`,
        })),
      })),
    )
    terminal.engine.signal({ kind: 'focused' })
    await site.change()
    terminal.intrude(null)
    await terminal.current()
    await site.recovers(terminal)
  })
})

describe('[B23] questions that are never answered', () => {
  test('nobody at the window waits for them: the mirror of the last user is shown at once', async () => {
    const earlier = await site.settled()
    const { asOf } = earlier.status()
    const lines = await stockLines(earlier)
    await earlier.stop()
    const terminal = await site.console({ after: earlier, intruder: () => new Promise(() => undefined) })
    await expect
      .poll(() => terminal.status().user?.email, { timeout: PATIENCE_MS, interval: 2 })
      .toBe(site.backend.user.email)
    expect(await stockLines(terminal)).toBe(lines)
    expect(terminal.path(), 'it still waits for its first answer').toEqual(['offline', 'connecting'])
    expect(terminal.status().asOf).toBe(asOf)
    expect(terminal.status().link.at).not.toBe('live')
    terminal.intrude(null)
    await site.recovers(terminal, 90_000)
  })

  test('[L3] in mid-session they do not leave the console at "live" for longer than a look and its deadline', async () => {
    const terminal = await site.live()
    site.backend.faults.drop(1)
    terminal.intrude((path) => (isPull(path) ? new Promise(() => undefined) : null))
    await site.change()
    expect(await terminal.notLive(110_000)).toBeLessThan(110_000)
    terminal.intrude(null)
    site.backend.faults.drop(0)
    await site.recovers(terminal, 90_000)
  })
})

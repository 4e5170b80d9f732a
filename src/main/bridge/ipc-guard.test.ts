import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { askChannels } from '#shared/protocol/contract.ts'
import { ok, type Reply } from '#shared/protocol/reply.ts'
import { recordingLog } from '../diagnostics/recording-log.ts'
import type { WindowId } from '../engine/ports.ts'
import { guardIpc, type AnswerQuestion, type IpcDoor } from './ipc-guard.ts'
import { isOurMainFrame, type Frame, type SentBy } from './sender.ts'

const ORIGIN = 'shelf://console'
const page: Frame = { origin: ORIGIN, parent: null }
const window = { id: 7, mainFrame: page }
const fromWindow: SentBy = { sender: window, senderFrame: page }

function openGuard(answer: AnswerQuestion = () => Promise.resolve(ok({} as never))) {
  const handlers = new Map<string, (event: SentBy, question: unknown) => Promise<unknown>>()
  const ipc: IpcDoor = {
    handle: (channel, listener) => void handlers.set(channel, listener),
    removeHandler: (channel) => void handlers.delete(channel),
  }
  const asked: unknown[] = []
  const log = recordingLog()
  let nowMs = 0
  const close = guardIpc({
    ipc,
    log,
    monotonicMs: () => nowMs,
    identify: (event) =>
      event.sender.id === window.id && isOurMainFrame(event, ORIGIN) ? (1 as WindowId) : null,
    answer: (id, channel, question) => {
      asked.push({ id, channel, question })
      return answer(id, channel, question)
    },
  })
  return {
    asked,
    log,
    handlers,
    close,
    pass: (ms: number) => (nowMs += ms),
    ask: async (channel: string, question: unknown, event = fromWindow) => {
      const handler = handlers.get(channel)
      if (!handler) throw new Error(`no handler for ${channel}`)
      return (await handler(event, question)) as Reply<unknown>
    },
  }
}

const refusal = (code: string) => ({ ok: false, error: { code } })

describe('[S1] the door', () => {
  test('lets a well-shaped question of our page through, as parsed', async () => {
    const guard = openGuard()
    const question = { email: 'a@b.test', password: 'p', more: 'is dropped' }
    expect(await guard.ask('session.sign-in', question)).toEqual(ok({}))
    expect(guard.asked).toEqual([
      { id: 1, channel: 'session.sign-in', question: { email: 'a@b.test', password: 'p' } },
    ])
  })

  test('has one handler for each question of the contract and no other, and takes them away', () => {
    const guard = openGuard()
    expect([...guard.handlers.keys()].sort()).toEqual([...askChannels].sort())
    guard.close()
    expect(guard.handlers.size).toBe(0)
  })

  const inner: Frame = { origin: ORIGIN, parent: page }
  const elsewhere: Frame = { origin: 'https://evil.example', parent: null }
  const opaque: Frame = { origin: 'null', parent: null }
  const lookalike: Frame = { origin: 'shelf://console.evil', parent: null }
  test.each<[string, SentBy]>([
    ['a frame inside our page', { sender: window, senderFrame: inner }],
    [
      'a page from elsewhere in our window',
      { sender: { id: 7, mainFrame: elsewhere }, senderFrame: elsewhere },
    ],
    ['a page without an origin', { sender: { id: 7, mainFrame: opaque }, senderFrame: opaque }],
    ['an origin that begins like ours', { sender: { id: 7, mainFrame: lookalike }, senderFrame: lookalike }],
    ['a window that is not ours', { sender: { id: 8, mainFrame: page }, senderFrame: page }],
    ['a frame that is gone', { sender: window, senderFrame: null }],
  ])('%s is a stranger: refused, logged, never asked on', async (_who, event) => {
    const guard = openGuard()
    expect(await guard.ask('app.about', {}, event)).toMatchObject(refusal('bad-request'))
    expect(guard.asked).toEqual([])
    expect(guard.log.text()).toContain('stranger')
  })

  test('another shape gets a sentence that names the place, and no content in the log', async () => {
    const guard = openGuard()
    const reply = await guard.ask('session.sign-in', { email: 'private@x.test', password: 5 })
    expect(reply).toMatchObject(refusal('bad-request'))
    expect(reply.ok ? '' : reply.error.message).toContain('password')
    expect(guard.log.text()).not.toContain('private@')
  })

  test('whatever is sent on whatever channel, the answer is a reply and nothing ill-shaped passes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...askChannels), fc.anything(), async (channel, question) => {
        const guard = openGuard()
        const reply = await guard.ask(channel, question)
        expect(typeof reply.ok).toBe('boolean')
      }),
      { numRuns: 300 },
    )
  })

  test('a question larger than the limit is refused before its shape is read', async () => {
    const guard = openGuard()
    const reply = await guard.ask('session.sign-in', { email: 'a', password: 'x'.repeat(200_000) })
    expect(reply).toMatchObject(refusal('too-large'))
    const wide = await guard.ask('link.retry', { list: Array.from({ length: 100_000 }, (_, i) => i) })
    expect(wide).toMatchObject(refusal('too-large'))
    let deep: unknown = 'end'
    for (let i = 0; i < 50_000; i++) deep = [deep]
    expect(await guard.ask('link.retry', deep)).toMatchObject(refusal('too-large'))
  })

  test('a window that asks too fast is slowed, and heard again a moment later', async () => {
    const guard = openGuard()
    const replies = await Promise.all(Array.from({ length: 300 }, () => guard.ask('link.retry', {})))
    expect(replies.filter((reply) => reply.ok)).toHaveLength(240)
    expect(replies.at(-1)).toMatchObject({ ok: false, error: { code: 'rate-limited', retryable: true } })
    guard.pass(1_000)
    expect(await guard.ask('link.retry', {})).toEqual(ok({}))
  })

  test('twenty scans a second pass for as long as they come, also while a list is scrolled to the limit', async () => {
    const guard = openGuard()
    const scan = { id: crypto.randomUUID(), undoes: crypto.randomUUID() }
    for (let tick = 0; tick < 600; tick++) {
      for (let i = 0; i < 20; i++) await guard.ask('link.retry', {})
      expect(await guard.ask('work.undo', scan)).toEqual(ok({}))
      guard.pass(50)
    }
  })

  test('one window that floods does not silence another', async () => {
    const guard = openGuard()
    for (let i = 0; i < 300; i++) await guard.ask('link.retry', {})
    const second: SentBy = { sender: { id: 7, mainFrame: page }, senderFrame: page }
    expect(await guard.ask('link.retry', {}, second)).toEqual(ok({}))
  })

  test('an answer that throws becomes a reply; its text stays in the log', async () => {
    const guard = openGuard(() => Promise.reject(new Error('inner detail')))
    const reply = await guard.ask('link.retry', {})
    expect(reply).toMatchObject(refusal('internal'))
    expect(JSON.stringify(reply)).not.toContain('inner detail')
    expect(guard.log.text()).toContain('inner detail')
  })
})

import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import type { SentBy } from '../bridge/sender.ts'
import { openRegistry, type Page } from './registry.ts'

const ORIGIN = 'shelf://console'
const frame = { origin: ORIGIN, parent: null }

class FakePage extends EventEmitter implements Page {
  readonly id: number
  crashed = false
  readonly sent: string[] = []
  constructor(id: number) {
    super()
    this.id = id
  }
  isDestroyed = () => false
  isCrashed = () => this.crashed
  send(channel: string) {
    this.sent.push(channel)
  }
  speaks = (): SentBy => ({ sender: { id: this.id, mainFrame: frame }, senderFrame: frame })
}

test('[S1] only pages that were taken in are known', () => {
  const registry = openRegistry(ORIGIN, () => undefined)
  const ours = new FakePage(1)
  registry.add(ours)
  expect(registry.identify(ours.speaks())).not.toBeNull()
  expect(registry.identify(new FakePage(2).speaks())).toBeNull()
})

test('[D1] a reload is a new window: the old one is forgotten and nothing meant for it arrives', () => {
  const forgotten: number[] = []
  const registry = openRegistry(ORIGIN, (window) => forgotten.push(window))
  const page = new FakePage(1)
  registry.add(page)
  const before = registry.identify(page.speaks())
  page.emit('did-navigate')
  const after = registry.identify(page.speaks())
  expect(after).not.toBe(before)
  expect(forgotten).toEqual([before])
  if (before === null || after === null) throw new Error('the page was not known')
  registry.post(before, 'engine.restarted', {})
  expect(page.sent).toEqual([])
  registry.post(after, 'engine.restarted', {})
  expect(page.sent).toEqual(['engine.restarted'])
})

test('a crashed page hears nothing, a closed one is forgotten, the others go on', () => {
  const forgotten: number[] = []
  const registry = openRegistry(ORIGIN, (window) => forgotten.push(window))
  const [crashed, closed, well] = [new FakePage(1), new FakePage(2), new FakePage(3)]
  for (const page of [crashed, closed, well]) registry.add(page)
  crashed.crashed = true
  crashed.emit('render-process-gone')
  closed.emit('destroyed')
  registry.broadcast('engine.restarted', {})
  expect([crashed.sent, closed.sent, well.sent]).toEqual([[], [], ['engine.restarted']])
  expect(forgotten).toHaveLength(2)
})

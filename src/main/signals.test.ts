import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import type { Signal } from './engine/engine.ts'
import type { ServerAddress } from './engine/ports.ts'
import { sendSignals, type SignalPorts } from './signals.ts'

function openSignals(server: ServerAddress | null) {
  const app = new EventEmitter()
  const powerMonitor = new EventEmitter()
  const network = { isUp: true }
  const sent: Signal['kind'][] = []
  let poll: (() => void) | null = null
  const end = sendSignals({
    app: app as unknown as SignalPorts['app'],
    powerMonitor: powerMonitor as unknown as SignalPorts['powerMonitor'],
    net: { isOnline: () => network.isUp },
    server: () => server,
    every: (_intervalMs, task) => {
      poll = task
      return () => (poll = null)
    },
    send: (signal) => sent.push(signal.kind),
  })
  const network_ = (isUp: boolean) => {
    network.isUp = isUp
    poll?.()
  }
  return { app, powerMonitor, sent, end, network: network_ }
}

const project = { url: 'https://p.supabase.co', anonKey: 'k', embedded: false }

test('[L2] sleep, wake, unlock and attention reach the engine', () => {
  const { app, powerMonitor, sent } = openSignals(project)
  for (const event of ['suspend', 'resume', 'unlock-screen']) powerMonitor.emit(event)
  app.emit('browser-window-focus')
  expect(sent).toEqual(['suspending', 'resumed', 'unlocked', 'focused'])
})

test('a network that goes and comes is told once each', () => {
  const { network, sent } = openSignals(project)
  for (const isUp of [true, false, false, true, true]) network(isUp)
  expect(sent).toEqual(['network-down', 'network-up'])
})

test.each([
  ['a server on this machine', { ...project, url: 'http://127.0.0.1:4000', embedded: true }],
  ['no server yet', null],
])('with %s a network that is gone is no news', (_case, server) => {
  const { network, sent } = openSignals(server)
  network(false)
  expect(sent).toEqual([])
})

test('after its end nothing is told and no listener is left', () => {
  const { app, powerMonitor, sent, end } = openSignals(project)
  end()
  powerMonitor.emit('resume')
  app.emit('browser-window-focus')
  expect(sent).toEqual([])
  expect(app.eventNames()).toEqual([])
  expect(powerMonitor.eventNames()).toEqual([])
})

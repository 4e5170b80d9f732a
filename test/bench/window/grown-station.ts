import { cp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { UserId, WarehouseId } from '#shared/domain/ids.ts'
import { warehouseScope } from '#shared/domain/scope.ts'
import { must } from '#shared/lib/must.ts'
import { mirrorPath } from '#engine/mirror/sqlite-mirror.ts'
import { owner as benchOwner, serverUrl as benchServer, stockScope } from '../contenders/smart-shelf.ts'
import { filledMirror } from '../suite/filled-mirror.ts'
import type { SharedStage } from './shared-stage.ts'

/*
 * A station's folder with a mirror of any size: that of a console that has signed in, with the mirror that the scenarios without
 * a window have filled in the place of its own. A server that knows nothing of those rows must not be in reach of who opens it.
 */

/** What a console that has signed in must find besides stock: where it is, and who works there. */
const KEPT_TABLES = ['warehouses', 'profiles', 'warehouse_members', 'stations']

interface Station {
  owner: UserId
  warehouse: WarehouseId
}

/** Makes the filled mirror another's: with what that station's own mirror says of people and places. */
function makeTheirs(filled: string, own: string, { owner, warehouse }: Station): void {
  const db = new Database(filled)
  try {
    db.prepare('attach ? as own').run(own)
    db.prepare("update meta set value = ? where key = 'owner' and value = ?").run(owner, benchOwner)
    db.prepare('update scopes set scope = ? where scope = ?').run(warehouseScope(warehouse), stockScope)
    db.exec(`
      insert into scopes (scope, epoch, seq, server_time)
        select scope, epoch, seq, server_time from own.scopes where scope not in (select scope from main.scopes);
      insert or replace into meta select * from own.meta where key <> 'server';`)
    for (const table of KEPT_TABLES) {
      const columns = db.pragma(`table_info(${table})`) as { name: string }[]
      const values = columns.map(({ name }) => (name === 'scope' ? 'there.no' : `row.${name}`))
      db.exec(`insert into ${table} select ${values.join(', ')} from own.${table} row
        join own.scopes here on here.no = row.scope join main.scopes there on there.scope = here.scope`)
    }
  } finally {
    db.close()
  }
}

/**
 * @param rows stock lines the warehouse on screen shall have
 * @returns the folder; it goes with the stage
 */
export async function grownStation(
  stage: SharedStage,
  rows: number,
  say: (line: string) => void,
): Promise<string> {
  const { site, cable, folder } = stage
  const home = join(folder, `grown-${rows}`)
  await rm(home, { recursive: true, force: true })
  await cp(await stage.smallStation(), home, { recursive: true })
  const [hall] = await site.sql<{ id: WarehouseId }>(`select id from warehouses where code = 'BER'`)
  const [person] = await site.sql<{ id: UserId }>(
    'select id from auth.users where email = $1',
    site.user.email,
  )
  const owner = must(person, 'the user').id
  const path = mirrorPath(join(home, 'mirrors'), cable.url, owner)
  const own = `${path}-own`
  await rename(path, own)
  const filled = await filledMirror(rows, say)
  await cp(mirrorPath(filled.folder, benchServer, benchOwner), path)
  makeTheirs(path, own, { owner, warehouse: must(hall, 'Berlin').id })
  await rm(own)
  return home
}

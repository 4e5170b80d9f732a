import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import { ModelMirror } from './support/model-mirror.ts'
import { startNativeProject, type NativeProject, type NativeSession } from './support/native-project.ts'
import {
  addMember,
  addProduct,
  addStock,
  addUser,
  addWarehouse,
  apply,
  bucketRows,
  command,
  digest,
  head,
  pull,
  pullOne,
  warehouseScope,
} from './support/site.ts'
import { asCaller, sqlstateOf, user, type Sql } from './support/sql.ts'

/* What two sessions do to each other; the migrations here were run by a role that is no superuser. */

let project: NativeProject
let one: NativeSession
let two: NativeSession
let watcher: NativeSession
let picker: string
let product: string

beforeAll(async () => {
  project = await startNativeProject()
  ;[one, two, watcher] = await Promise.all([project.session(), project.session(), project.session()])
})
afterAll(() => project.stop())
beforeEach(async () => {
  picker = await addUser(one)
  product = await addProduct(one)
})

const newWarehouse = async (): Promise<string> => {
  const id = await addWarehouse(one)
  await addMember(one, picker, id, 'picker')
  return id
}

/** Resolves once the session waits for a lock that another one holds. */
async function isBlocked(session: NativeSession): Promise<void> {
  for (;;) {
    const [row] = await watcher.query<{ blocked: boolean }>(
      'select cardinality(pg_blocking_pids($1)) > 0 as blocked',
      [session.pid],
    )
    if (row?.blocked === true) return
  }
}

const mirrorEqualsServer = async (mirror: ModelMirror): Promise<void> => {
  const server = await digest(watcher, user(picker), mirror.scope)
  expect(mirror.digest()).toEqual(server.buckets)
}

describe('two writers', () => {
  test('the owner of the migrations is no superuser here', async () => {
    expect(await one.query('select rolsuper from pg_roles where rolname = current_user')).toEqual([
      { rolsuper: false },
    ])
  })

  test('[M3] heads stay dense under concurrent writers, rollbacks included', async () => {
    const warehouse = await newWarehouse()
    const scope = warehouseScope(warehouse)
    const sessions = await Promise.all([project.session(), project.session(), project.session()])
    const seen: number[] = []
    await Promise.all(
      sessions.map(async (session, writer) => {
        for (let n = 0; n < 40; n += 1) {
          await session.query('begin')
          await addStock(session, warehouse, product, n, `${writer}-${n}`)
          const [row] = await session.query<{ head: string }>(
            'select head from public.sync_scopes where scope = $1',
            [scope],
          )
          const kept = n % 3 !== 0
          await session.query(kept ? 'commit' : 'rollback')
          if (kept) seen.push(Number(row?.head))
        }
      }),
    )
    expect(seen).toHaveLength(3 * 26)
    expect(new Set(seen).size).toBe(seen.length)
    const page = await pullOne(watcher, picker, { scope })
    expect(page.changes.map(({ seq }) => seq)).toEqual(Array.from({ length: 80 }, (_, n) => n + 1))
  })

  test('[M3] a transaction that commits late is never skipped by a cursor', async () => {
    const warehouse = await newWarehouse()
    const mirror = new ModelMirror(warehouseScope(warehouse))
    await one.query('begin')
    await addStock(one, warehouse, product, 1, 'LATE')
    const second = addStock(two, warehouse, product, 2, 'EARLY')
    await isBlocked(two)
    await mirror.catchUp(watcher, picker, 100)
    expect(mirror.table('inventory')).toEqual([])
    await one.query('commit')
    await second
    await mirror.catchUp(watcher, picker, 100)
    expect(mirror.table('inventory').map((row) => row['bin'])).toEqual(['LATE', 'EARLY'])
    await mirrorEqualsServer(mirror)
  })

  test('[M3] a pull sees one moment: rows and head fit together while others write', async () => {
    const warehouse = await newWarehouse()
    const mirror = new ModelMirror(warehouseScope(warehouse))
    await one.query(
      `insert into public.inventory (warehouse_id, product_id, bin) select $1, $2, 'B' || n from generate_series(1, 60) n`,
      [warehouse, product],
    )
    let writing = true
    const writer = (async () => {
      for (let n = 0; n < 150; n += 1) {
        await two.query('begin')
        await two.query(
          `update public.inventory set quantity_on_hand = quantity_on_hand + 1 where warehouse_id = $1 and bin = $2`,
          [warehouse, `B${1 + (n % 60)}`],
        )
        if (n % 5 === 0)
          await two.query('delete from public.inventory where warehouse_id = $1 and bin = $2', [
            warehouse,
            `B${n}`,
          ])
        await two.query('commit')
      }
      writing = false
    })()
    while (writing) await mirror.step(watcher, picker, 13)
    await writer
    await mirror.catchUp(watcher, picker, 13)
    await mirrorEqualsServer(mirror)
  })

  test('[M3] the rows of buckets show one moment too: no half of a statement, nothing beyond the head', async () => {
    const warehouse = await newWarehouse()
    const scope = warehouseScope(warehouse)
    await one.query(
      `insert into public.inventory (warehouse_id, product_id, bin, quantity_on_hand)
       select $1, $2, 'B' || n, 100 from generate_series(1, 40) n`,
      [warehouse, product],
    )
    const { buckets } = await digest(watcher, user(picker), scope)
    const stock = buckets.filter(({ table }) => table === 'inventory')
    let writing = true
    const writer = (async () => {
      for (let n = 0; n < 150; n += 1) {
        await two.query(
          `update public.inventory set quantity_on_hand = quantity_on_hand + case bin when $2 then 1 else -1 end
           where warehouse_id = $1 and bin in ($2, $3)`,
          [warehouse, `B${1 + (n % 40)}`, `B${1 + ((n + 7) % 40)}`],
        )
      }
      writing = false
    })()
    const heads = new Set<number>()
    while (writing) {
      const { head: at, changes } = await bucketRows(watcher, user(picker), scope, stock)
      heads.add(at)
      expect(changes.at(-1)?.seq).toBe(at)
      const onHand = changes.map(({ row }) => Number(must(row, 'a row')['quantity_on_hand']))
      expect(onHand.reduce((sum, quantity) => sum + quantity, 0)).toBe(4_000)
    }
    await writer
    expect(heads.size).toBeGreaterThan(1)
  })

  test('[M3] a row that changes scope while others write is in one mirror only', async () => {
    const [from, to] = [await newWarehouse(), await newWarehouse()]
    const row = await addStock(one, from, product, 5)
    const mirrors = [new ModelMirror(warehouseScope(from)), new ModelMirror(warehouseScope(to))]
    for (const mirror of mirrors) await mirror.catchUp(watcher, picker, 10)
    await one.query('begin')
    await one.query('update public.inventory set warehouse_id = $2 where id = $1', [row, to])
    const change = two.query('update public.inventory set quantity_on_hand = 6 where id = $1', [row])
    await isBlocked(two)
    await one.query('commit')
    await change
    for (const mirror of mirrors) {
      await mirror.catchUp(watcher, picker, 10)
      await mirrorEqualsServer(mirror)
    }
    expect(
      mirrors.map((mirror) => mirror.table('inventory').map((stock) => stock['quantity_on_hand'])),
    ).toEqual([[], [6]])
  })
})

describe('transfers in opposite directions', () => {
  const touch = (session: Sql, warehouse: string): Promise<unknown> =>
    session.query(
      'update public.inventory set quantity_on_hand = quantity_on_hand + 1 where warehouse_id = $1',
      [warehouse],
    )

  test('wait for each other, and do not deadlock, when they lock their scopes first', async () => {
    const [a, b] = [await newWarehouse(), await newWarehouse()]
    await addStock(one, a, product, 0)
    await addStock(one, b, product, 0)
    const lockBoth = (session: Sql, first: string, second: string): Promise<unknown> =>
      session.query('select private.lock_scopes($1::text[])', [
        `{${warehouseScope(first)},${warehouseScope(second)}}`,
      ])
    await one.query('begin')
    await lockBoth(one, a, b)
    await touch(one, a)
    await two.query('begin')
    const waits = lockBoth(two, b, a)
    await isBlocked(two)
    await touch(one, b)
    await one.query('commit')
    await waits
    await touch(two, b)
    await touch(two, a)
    await two.query('commit')
    expect(
      await one.query('select quantity_on_hand from public.inventory where warehouse_id = any ($1::uuid[])', [
        `{${a},${b}}`,
      ]),
    ).toEqual([{ quantity_on_hand: 2 }, { quantity_on_hand: 2 }])
  })

  test('batches of commands over both warehouses never deadlock, whatever their order', async () => {
    const [a, b] = [await newWarehouse(), await newWarehouse()]
    const batch = (...warehouses: string[]): Record<string, unknown>[] =>
      warehouses.map((warehouse) => command('receive', warehouse, product, 1))
    const rounds = 25
    await Promise.all([
      (async () => {
        for (let n = 0; n < rounds; n += 1) await apply(one, picker, batch(a, b))
      })(),
      (async () => {
        for (let n = 0; n < rounds; n += 1) await apply(two, picker, batch(b, a))
      })(),
    ])
    for (const warehouse of [a, b]) {
      const [row] = await watcher.query<{ n: number }>(
        'select quantity_on_hand as n from public.inventory where warehouse_id = $1',
        [warehouse],
      )
      expect(row?.n).toBe(2 * rounds)
    }
  })

  test('one statement over many scopes takes them in ascending order by itself', async () => {
    const warehouses = [await newWarehouse(), await newWarehouse(), await newWarehouse()]
    const writers = [one, two].map(async (session, writer) => {
      const order = writer === 0 ? warehouses : [...warehouses].reverse()
      for (let n = 0; n < 25; n += 1) {
        await session.query(
          `insert into public.inventory (warehouse_id, product_id, bin)
           select w, $1, $2 from unnest($3::uuid[]) w`,
          [product, `${writer}-${n}`, `{${order.join(',')}}`],
        )
      }
    })
    await Promise.all(writers)
    for (const warehouse of warehouses) expect(await head(watcher, warehouseScope(warehouse))).toBe(52)
  })
})

describe('what is told to supervisors', () => {
  test('by work that is handed over, read and told on at once in two warehouses, never deadlocks', async () => {
    const [a, b] = [await newWarehouse(), await newWarehouse()]
    const bosses = [await addUser(one), await addUser(one), await addUser(one)]
    for (const boss of bosses) for (const home of [a, b]) await addMember(one, boss, home, 'supervisor')
    const handed = (warehouse: string): Record<string, unknown> => {
      const {
        kind: _,
        quantity: __,
        bin: ___,
        reference: ____,
        ...stamps
      } = command('receive', warehouse, product, 1)
      const refused = {
        refused: stamps['mutation_id'],
        refused_kind: 'pick',
        code: 'over_pick',
        facts: {},
        note: 'Help',
      }
      return { ...stamps, ...refused, kind: 'refusal.assign' }
    }
    const read = (): Record<string, unknown> => {
      const { mutation_id, station_id, operator_id, happened_at } = command('receive', a, product, 1)
      const up_to = new Date().toISOString()
      return { mutation_id, station_id, operator_id, happened_at, kind: 'notification.read_all', up_to }
    }
    const rounds = 12
    const escalated = async (n: number): Promise<void> => {
      await watcher.query(
        `update public.notifications set created_at = now() - interval '1 hour' where read_at is null`,
      )
      await asCaller(two, user(must(bosses[n % 3], 'a boss')), (as) =>
        as.query('select public.escalate_notifications()'),
      )
    }
    const boss = must(bosses[0], 'a boss')
    await Promise.all([
      (async () => {
        for (let n = 0; n < rounds; n += 1) {
          const given = [
            command('receive', b, product, 1),
            handed(n % 2 ? a : b),
            command('receive', a, product, 1),
          ]
          for (const { outcome } of await apply(one, picker, given)) expect(outcome).toBe('applied')
        }
      })(),
      (async () => {
        for (let n = 0; n < rounds; n += 1) {
          await escalated(n)
          await apply(two, boss, [command('receive', a, product, 1), read()])
        }
      })(),
    ])
    const told = await watcher.query<{ n: number }>(
      `select count(*)::int as n from public.notifications where user_id = any ($1::uuid[]) and kind = 'refused_work'`,
      [`{${bosses.join(',')}}`],
    )
    expect(told).toEqual([{ n: rounds * bosses.length }])
  })
})

describe('the same command in two sessions at once', () => {
  test('[O2] takes effect once; the second waits and reads the first one’s answer', async () => {
    const warehouse = await newWarehouse()
    const receive = command('receive', warehouse, product, 5)
    await one.query('begin')
    await one.query(
      `select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)`,
      [JSON.stringify({ sub: picker, role: 'authenticated' })],
    )
    const [first] = await one.query<{ answer: unknown }>('select public.apply_commands($1) as answer', [
      JSON.stringify([receive]),
    ])
    const second = apply(two, picker, [receive])
    await isBlocked(two)
    await one.query('commit')
    expect(await second).toEqual(first?.answer)
    expect(
      await watcher.query('select quantity from public.stock_movements where warehouse_id = $1', [warehouse]),
    ).toEqual([{ quantity: 5 }])
  })

  test('[O2] and when the first is rolled back, the second applies it', async () => {
    const warehouse = await newWarehouse()
    const receive = command('receive', warehouse, product, 5)
    let retried: Promise<unknown> | undefined
    const failing = sqlstateOf(() =>
      asCaller(one, user(picker), async (as) => {
        await as.query('select public.apply_commands($1)', [JSON.stringify([receive])])
        retried = apply(two, picker, [receive])
        await isBlocked(two)
        await as.query('select 1 / 0')
      }),
    )
    expect(await failing).toBe('22012')
    expect(await must(retried, 'the second session')).toMatchObject([{ outcome: 'applied' }])
    expect(await head(watcher, warehouseScope(warehouse))).toBe(3)
  })

  test('[O2] the same id for two warehouses at once is one command', async () => {
    const [a, b] = [await newWarehouse(), await newWarehouse()]
    const receive = command('receive', a, product, 5)
    const outcomes = await Promise.all([
      apply(one, picker, [receive]),
      apply(two, picker, [{ ...receive, warehouse_id: b }]),
    ])
    expect(outcomes[0]).toEqual(outcomes[1])
    const booked = await watcher.query(
      'select quantity from public.stock_movements where warehouse_id = any ($1::uuid[])',
      [`{${a},${b}}`],
    )
    expect(booked).toHaveLength(1)
  })

  test('[O2] overlapping batches in whatever order wait for each other, and each command is done once', async () => {
    const [a, b] = [await newWarehouse(), await newWarehouse()]
    const rounds = 20
    for (let round = 0; round < rounds; round += 1) {
      const batch = [a, b, a, b, a].map((warehouse) => command('receive', warehouse, product, 1))
      // Some are refused, and lock no scope of a warehouse.
      const nowhere = [1, 2].map(() => command('receive', crypto.randomUUID(), product, 1))
      const all = [...batch, ...nowhere]
      const [first, second] = await Promise.all([
        apply(one, picker, all),
        apply(two, picker, [...all].reverse()),
      ])
      expect(second).toEqual([...must(first, 'an answer')].reverse())
    }
    const [booked] = await watcher.query<{ n: number; on_hand: number }>(
      `select (select count(*) from public.stock_movements where warehouse_id = any ($1::uuid[]))::integer as n,
              (select sum(quantity_on_hand) from public.inventory where warehouse_id = any ($1::uuid[]))::integer as on_hand`,
      [`{${a},${b}}`],
    )
    expect(booked).toEqual({ n: 5 * rounds, on_hand: 5 * rounds })
  })

  test('[O2] two undos of one command at once: one undoes it, the other hears by whom', async () => {
    const warehouse = await newWarehouse()
    const receive = command('receive', warehouse, product, 5)
    await apply(one, picker, [receive])
    const undo = (): Record<string, unknown> => ({
      kind: 'undo',
      mutation_id: crypto.randomUUID(),
      undoes: receive['mutation_id'],
      station_id: null,
      operator_id: null,
      happened_at: '2026-03-01T08:30:00+01:00',
    })
    const answers = await Promise.all([apply(one, picker, [undo()]), apply(two, picker, [undo()])])
    expect(answers.map(([outcome]) => outcome?.outcome).sort()).toEqual(['applied', 'refused'])
    expect(answers.flat().find(({ outcome }) => outcome === 'refused')).toMatchObject({
      code: 'already_undone',
    })
    expect(
      await watcher.query('select quantity_on_hand as n from public.inventory where warehouse_id = $1', [
        warehouse,
      ]),
    ).toEqual([{ n: 0 }])
  })

  test('[M3] a pull beside a push tells of a command exactly when its rows are in the pages', async () => {
    const warehouse = await newWarehouse()
    const scope = warehouseScope(warehouse)
    let at = { scope, epoch: null as string | null, seq: 0 }
    for (let round = 0; round < 25; round += 1) {
      const receive = command('receive', warehouse, product, 1, { bin: `B-${round}` })
      const pushed = apply(one, picker, [receive])
      const asked = async () => {
        const answer = await pull(two, picker, [at], 100, [String(receive['mutation_id'])])
        const page = must(answer.pages[0], 'a page')
        const isInPages = page.changes.some(({ row }) => row?.['bin'] === `B-${round}`)
        expect(answer.outcomes.map(({ mutation_id }) => mutation_id)).toEqual(
          isInPages ? [receive['mutation_id']] : [],
        )
        at = { scope, epoch: page.epoch, seq: page.to }
        return isInPages
      }
      while (!(await asked()));
      await pushed
    }
  })
})

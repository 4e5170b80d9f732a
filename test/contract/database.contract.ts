import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DatabaseError, type Claims, type Database } from '#backend/database.ts'

/** What any Database must do. `open` gives one that is empty, `release` takes away what it stands on. */
export function databaseContract(
  name: string,
  open: () => Promise<{ database: Database; release?: () => Promise<void> }>,
): void {
  describe(`database on ${name}`, () => {
    let db: Database
    let release: (() => Promise<void>) | undefined

    beforeAll(async () => {
      ;({ database: db, release } = await open())
      await db.script(`
        create role clerk nologin;
        create table shelf (id int primary key, owner text, quantity int not null);
        alter table shelf enable row level security;
        create policy own on shelf using (owner = current_setting('request.jwt.claim.sub', true));
        grant select, insert on shelf to clerk;
      `)
    })
    beforeEach(() => db.script('delete from shelf'))
    afterAll(async () => {
      await db.close()
      await release?.()
    })

    const count = async (): Promise<unknown> => (await db.query('select count(*) as n from shelf'))[0]?.['n']
    const put = (id: number, owner = 'ada'): Promise<unknown> =>
      db.query('insert into shelf values ($1, $2, 1)', [id, owner])
    const clerk = (sub: string): Claims => ({ role: 'clerk', sub })

    describe('values', () => {
      it('reads numbers as numbers while they are exact, and as text beyond', async () => {
        const [row] = await db.query(`select 7::int2 as a, 8::int4 as b, 9007199254740991::int8 as c,
          9007199254740993::int8 as d, 12.50::numeric as e, 123456789012345678.5::numeric as f, 0.5::float8 as g`)
        expect(row).toEqual({
          a: 7,
          b: 8,
          c: 9007199254740991,
          d: '9007199254740993',
          e: 12.5,
          f: '123456789012345678.5',
          g: 0.5,
        })
      })

      it('reads text, booleans, JSON, bytes, ids and NULL', async () => {
        const [row] =
          await db.query(`select 'größe' as t, true as b, '{"a":[1,null]}'::jsonb as j, '\\x00ff'::bytea as y,
          '5f0c1a2e-0000-4000-8000-000000000001'::uuid as u, null::int as n`)
        expect(row).toEqual({
          t: 'größe',
          b: true,
          j: { a: [1, null] },
          y: new Uint8Array([0, 255]),
          u: '5f0c1a2e-0000-4000-8000-000000000001',
          n: null,
        })
      })

      it('keeps times as text with all their microseconds', async () => {
        const [row] =
          await db.query(`select timestamptz '2026-03-01 10:00:00.123456+00' at time zone 'UTC' as at,
          date '2026-03-01' as day`)
        expect(row).toEqual({ at: '2026-03-01 10:00:00.123456', day: '2026-03-01' })
      })

      it('reads arrays', async () => {
        const [row] = await db.query(
          `select '{1,NULL,3}'::int[] as i, array['a b','c"d','e\\f','NULL', ''] as t, '{{1,2},{3,4}}'::int8[] as n, '{}'::text[] as e`,
        )
        expect(row).toEqual({
          i: [1, null, 3],
          t: ['a b', 'c"d', 'e\\f', 'NULL', ''],
          n: [
            [1, 2],
            [3, 4],
          ],
          e: [],
        })
      })

      it('takes parameters of every kind', async () => {
        const [row] = await db.query(
          `select $1::int + 1 as i, $2::text as t, $3::boolean as b, $4::jsonb as j, $5::text[] as a, $6::int as n, $7::bytea as y`,
          [1, "it's", true, { k: [1] }, ['x,y', null, '"'], null, new Uint8Array([1, 2])],
        )
        expect(row).toEqual({
          i: 2,
          t: "it's",
          b: true,
          j: { k: [1] },
          a: ['x,y', null, '"'],
          n: null,
          y: new Uint8Array([1, 2]),
        })
      })
    })

    describe('errors', () => {
      const failure = async (work: Promise<unknown>): Promise<DatabaseError> => {
        const error = await work.then(
          () => null,
          (reason: unknown) => reason,
        )
        expect(error).toBeInstanceOf(DatabaseError)
        return error as DatabaseError
      }

      it('carries code, message, detail and hint of the server', async () => {
        const error = await failure(
          db.script(
            `do $$ begin raise exception 'Not enough' using errcode = 'PT409', detail = '3 left', hint = 'Count again'; end $$`,
          ),
        )
        expect(error).toMatchObject({
          code: 'PT409',
          message: 'Not enough',
          detail: '3 left',
          hint: 'Count again',
        })
      })

      it('names a broken key, and works on afterwards', async () => {
        await put(1)
        expect((await failure(put(1))).code).toBe('23505')
        expect(await count()).toBe(1)
      })

      it('names a statement that cannot be read', async () => {
        expect((await failure(db.query('selekt 1'))).code).toBe('42601')
      })

      it('names a parameter of the wrong type', async () => {
        expect((await failure(db.query('select $1::int', ['many']))).code).toBe('22P02')
      })
    })

    describe('transactions', () => {
      it('keeps all of it, or nothing when the work throws', async () => {
        await db.transaction(async (tx) => {
          await tx.query('insert into shelf values (1, null, 1)')
          await tx.query('insert into shelf values (2, null, 1)')
        })
        const failed = db.transaction(async (tx) => {
          await tx.query('insert into shelf values (3, null, 1)')
          throw new RangeError('changed my mind')
        })
        await expect(failed).rejects.toThrow(RangeError)
        expect(await count()).toBe(2)
      })

      it('keeps nothing when a rollback was asked for, but hands the result out', async () => {
        const seen = await db.transaction(
          async (tx) => {
            await tx.query('insert into shelf values (1, null, 1)')
            return (await tx.query('select count(*) as n from shelf'))[0]?.['n']
          },
          { rollback: true },
        )
        expect(seen).toBe(1)
        expect(await count()).toBe(0)
      })

      it('refuses writes when it is read-only', async () => {
        const write = db.transaction((tx) => tx.query('insert into shelf values (1, null, 1)'), {
          readOnly: true,
        })
        await expect(write).rejects.toMatchObject({ code: '25006' })
      })

      it('does not pretend to have committed when an error inside was swallowed', async () => {
        const swallowed = db.transaction(async (tx) => {
          await tx.query('insert into shelf values (1, null, 1)')
          await tx.query('select 1 / 0').catch(() => undefined)
        })
        await expect(swallowed).rejects.toMatchObject({ code: '25P02' })
        expect(await count()).toBe(0)
      })

      it('does not let two transactions mix', async () => {
        const add = (id: number): Promise<void> =>
          db.transaction(async (tx) => {
            await tx.query('insert into shelf values ($1, null, 1)', [id])
            if (id % 2 === 1) throw new Error('odd')
          })
        const ends = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(add))
        expect(ends.map((end) => end.status === 'fulfilled')).toEqual([false, true, false, true, false, true])
        expect(await db.query('select id from shelf order by id')).toEqual([{ id: 2 }, { id: 4 }, { id: 6 }])
      })

      it('takes calls on the database itself as part of the transaction they are made in', async () => {
        const inside = db.transaction(async () => {
          await put(1)
          expect(await count()).toBe(1)
          throw new Error('undo')
        })
        await expect(inside).rejects.toThrow('undo')
        expect(await count()).toBe(0)
      })

      it('makes a nested transaction a savepoint', async () => {
        await db.transaction(async (tx) => {
          await put(1)
          await expect(db.transaction(() => Promise.all([put(2), put(1)]))).rejects.toMatchObject({
            code: '23505',
          })
          await db.transaction(async () => {
            await put(3)
            await tx.query('insert into shelf values (4, null, 1)')
          })
          await db.transaction(() => put(5), { rollback: true })
        })
        expect(await db.query('select id from shelf order by id')).toEqual([{ id: 1 }, { id: 3 }, { id: 4 }])
      })

      it('gives up the rights of a read-only part afterwards', async () => {
        await db.transaction(async () => {
          await expect(db.transaction(() => put(1), { readOnly: true })).rejects.toMatchObject({
            code: '25006',
          })
          await put(2)
        })
        expect(await count()).toBe(1)
      })

      it('refuses a handle that outlived its transaction', async () => {
        const late = await db.transaction((tx) => Promise.resolve({ tx }))
        await expect(late.tx.query('select 1')).rejects.toMatchObject({ code: '25P01' })
      })
    })

    describe('acting as the caller of a token', () => {
      it('hands over role and claims, and row-level security decides', async () => {
        await put(1, 'ada')
        await put(2, 'bob')
        const seen = await db.as(clerk('ada'), async (tx) => ({
          rows: await tx.query('select id from shelf'),
          context: (
            await tx.query(`select current_user as who, current_setting('request.jwt.claims')::jsonb as claims,
            current_setting('request.jwt.claim.role') as role, current_setting('request.headers') as headers`)
          )[0],
        }))
        expect(seen.rows).toEqual([{ id: 1 }])
        expect(seen.context).toEqual({
          who: 'clerk',
          claims: { role: 'clerk', sub: 'ada' },
          role: 'clerk',
          headers: '{}',
        })
      })

      it('adds settings for the time of the call', async () => {
        const topic = (): Promise<unknown> =>
          db
            .query(`select current_setting('realtime.topic', true) as topic`)
            .then((rows) => rows[0]?.['topic'])
        const inside = await db.as(clerk('ada'), topic, { settings: { 'realtime.topic': 'site' } })
        expect(inside).toBe('site')
        expect((await topic()) || null).toBeNull()
      })

      it('is itself again afterwards, also after an error and inside a transaction', async () => {
        const me = async (): Promise<unknown> => (await db.query('select current_user as who'))[0]?.['who']
        const owner = await me()
        await expect(db.as(clerk('ada'), (tx) => tx.query('delete from shelf'))).rejects.toMatchObject({
          code: '42501',
        })
        expect(await me()).toBe(owner)
        await db.transaction(async () => {
          expect(await db.as(clerk('ada'), me)).toBe('clerk')
          expect(await me()).toBe(owner)
        })
      })

      it('refuses a row that the policy does not allow', async () => {
        const foreign = db.as(clerk('ada'), (tx) => tx.query(`insert into shelf values (1, 'bob', 1)`))
        await expect(foreign).rejects.toMatchObject({ code: '42501' })
      })

      it('refuses a role that does not exist', async () => {
        const nobody = db.as({ role: 'nobody-here' }, (tx) => tx.query('select 1'))
        await expect(nobody).rejects.toBeInstanceOf(DatabaseError)
      })
    })

    describe('notifications', () => {
      const ear = (): {
        heard: string[]
        hear: (payload: string) => void
        until: (n: number) => Promise<void>
      } => {
        const heard: string[] = []
        let wake = (): void => undefined
        return {
          heard,
          hear: (payload) => {
            heard.push(payload)
            wake()
          },
          until: async (n) => {
            while (heard.length < n) await new Promise<void>((woken) => (wake = woken))
          },
        }
      }

      it('arrive after the commit, in commit order, and not after a rollback', async () => {
        const { heard, hear, until } = ear()
        const unlisten = await db.listen('Shelf Moves', hear)
        await db.transaction(async (tx) => {
          await tx.query(`select pg_notify('Shelf Moves', 'first'), pg_notify('Shelf Moves', 'second')`)
          expect(heard).toEqual([])
        })
        await db.transaction((tx) => tx.query(`select pg_notify('Shelf Moves', 'never')`), { rollback: true })
        await db.query(`select pg_notify('Shelf Moves', 'third')`)
        await until(3)
        expect(heard).toEqual(['first', 'second', 'third'])
        await unlisten()
      })

      it('reach every listener, and none that stopped', async () => {
        const one = ear()
        const two = ear()
        const stopOne = await db.listen('bell', one.hear)
        const stopTwo = await db.listen('bell', two.hear)
        await db.query(`select pg_notify('bell', 'a')`)
        await Promise.all([one.until(1), two.until(1)])
        await stopOne()
        await db.query(`select pg_notify('bell', 'b')`)
        await two.until(2)
        await stopTwo()
        expect([one.heard, two.heard]).toEqual([['a'], ['a', 'b']])
      })

      it('may use the database in turn', async () => {
        const { heard, hear, until } = ear()
        const unlisten = await db.listen(
          'ask',
          (payload) => void put(Number(payload)).then(() => hear(payload)),
        )
        await db.transaction((tx) => tx.query(`select pg_notify('ask', '11')`))
        await until(1)
        await unlisten()
        expect(heard).toEqual(['11'])
        expect(await count()).toBe(1)
      })
    })
  })
}

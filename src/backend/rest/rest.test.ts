import { createClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBackend } from '../compose.ts'
import { signJwt } from '../jwt.ts'
import type { Backend } from '../backend.ts'

const SECRET = 'a-secret-that-only-this-test-knows-0123456789'
const ADA = '0a0a0a0a-0000-4000-8000-000000000001'

/** A small shop: Ada may see and change what is hers, and read the tariff; nobody may read the vault. */
const SHOP = `
  create table goods (
    id int8 primary key, owner uuid not null default auth.uid(), name text not null, price numeric,
    tags text[] not null default '{}', facts jsonb, seen_at timestamptz, weight int check (weight > 0)
  );
  create table parts (id int primary key, goods_id int8 not null references goods (id));
  create table vault (id int primary key);
  alter table goods enable row level security;
  create policy own on goods to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
  grant select, insert, update, delete on goods, parts to authenticated, service_role;
  grant select on goods to anon;
  revoke all on parts, vault from anon;
  revoke all on vault from authenticated;

  create function add_up(a int, b int default 10) returns int language sql stable as 'select a + b';
  create function describe(item jsonb) returns jsonb language sql stable as $$ select jsonb_build_object('got', item, 'who', auth.uid()) $$;
  create function big() returns json language sql stable as $$ select json_build_object('id', 9007199254740993) $$;
  create function names(wanted int8[]) returns setof text language sql stable as 'select name from goods where id = any(wanted) order by id';
  create function cheap(below numeric) returns setof goods language sql stable as 'select * from goods where price < below';
  create function totals() returns table (n int8, most numeric) language sql stable as 'select count(*), max(price) from goods';
  create function one_good(wanted int8) returns goods language sql stable as 'select * from goods where id = wanted';
  create function nothing() returns void language sql as 'select 1';
  create function touch(wanted int8) returns void language sql volatile as 'update goods set seen_at = now() where id = wanted';
  create function twice(a int) returns int language sql as 'select a * 2';
  create function twice(a text) returns text language sql as 'select a || a';
  create function fail_with(state text) returns void language plpgsql as $$
    begin raise exception 'refused' using errcode = state, detail = 'the detail', hint = 'the hint'; end $$;
  create function fail_custom() returns void language plpgsql as $$
    begin raise sqlstate 'PGRST' using message = '{"code":"SHOP1","message":"closed","details":"d","hint":"h"}',
      detail = '{"status":418,"headers":{"X-Shop":"closed"}}'; end $$;
  create function secret() returns int language sql as 'select 1';
  revoke all on function secret() from public, anon, authenticated;
  create function headers() returns jsonb language sql stable as $$ select current_setting('request.headers')::jsonb $$;
`

let backend: Backend
let ada: Client
let anon: Client
let adaToken: string

const clientWith = (token?: string) =>
  createClient(backend.url, backend.anonKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    ...(token !== undefined && { accessToken: () => Promise.resolve(token) }),
  })

type Client = ReturnType<typeof clientWith>

interface HttpInit {
  method?: string
  body?: string
  token?: string
  headers?: Record<string, string>
}

const http = (path: string, init: HttpInit = {}): Promise<Response> => {
  const { token = adaToken, headers, ...rest } = init
  return fetch(`${backend.url}/rest/v1/${path}`, {
    ...rest,
    headers: { apikey: backend.anonKey, authorization: `Bearer ${token}`, ...headers },
  })
}

const nowS = (): number => Math.floor(Date.now() / 1000)

beforeAll(async () => {
  backend = await startBackend({ port: 0, seed: 'empty', jwtSecret: SECRET })
  for (const statement of SHOP.split(/;\n/).filter((text) => text.trim() !== '')) await backend.sql(statement)
  await backend.sql(
    `insert into goods (id, owner, name, price, tags, facts, weight) values
      (1, '${ADA}', 'Axe', 12.50, '{sharp,steel}', '{"origin":{"land":"SE"}}', 3), (2, '${ADA}', 'Bolt', 0.10, '{steel}', null, 1),
      (3, '${ADA}', 'Cord, 5 m', 4, '{}', null, null), (9007199254740993, '${ADA}', 'Drill', 99, '{}', null, 5),
      (5, gen_random_uuid(), 'Not hers', 1, '{}', null, 1)`,
  )
  adaToken = await signJwt(SECRET, { role: 'authenticated', sub: ADA, iat: nowS(), exp: nowS() + 3600 })
  ada = clientWith(adaToken)
  anon = clientWith()
})
afterAll(() => backend.stop())

describe('reading', () => {
  it('shows only what the policies allow', async () => {
    expect((await ada.from('goods').select('id')).data).toHaveLength(4)
    expect((await anon.from('goods').select('id')).data).toEqual([])
  })

  it('picks, renames and casts columns, and reaches into JSON', async () => {
    const { data } = await ada
      .from('goods')
      .select('key:id::text, name, land:facts->origin->>land')
      .in('id', [1, '9007199254740993'])
      .order('name')
    expect(data).toEqual([
      { key: '1', name: 'Axe', land: 'SE' },
      { key: '9007199254740993', name: 'Drill', land: null },
    ])
  })

  const names = (
    query: PromiseLike<{ data: { name: string }[] | null; error: unknown }>,
  ): Promise<string[]> =>
    Promise.resolve(query).then(({ data, error }) => {
      expect(error).toBeNull()
      return (data ?? []).map(({ name }) => name)
    })
  const goods = () => ada.from('goods').select('name').order('id')

  it('filters by every operator we use', async () => {
    expect(await names(goods().eq('name', 'Axe'))).toEqual(['Axe'])
    expect(await names(goods().neq('name', 'Axe').lt('price', 4))).toEqual(['Bolt'])
    expect(await names(goods().lte('price', 4).gt('id', 2))).toEqual(['Cord, 5 m'])
    expect(await names(goods().gte('price', 12.5))).toEqual(['Axe', 'Drill'])
    expect(await names(goods().like('name', '%or%'))).toEqual(['Cord, 5 m'])
    expect(await names(goods().ilike('name', 'b*'))).toEqual(['Bolt'])
    expect(await names(goods().is('weight', null))).toEqual(['Cord, 5 m'])
    expect(await names(goods().not('weight', 'is', null).not('id', 'in', '(1,2)'))).toEqual(['Drill'])
    expect(await names(goods().in('name', ['Cord, 5 m', 'Bolt']))).toEqual(['Bolt', 'Cord, 5 m'])
    expect(await names(goods().contains('tags', ['steel', 'sharp']))).toEqual(['Axe'])
    expect(await names(goods().eq('facts->origin->>land', 'SE'))).toEqual(['Axe'])
  })

  it('combines filters with or, and, not', async () => {
    expect(await names(goods().or('id.eq.1,and(price.gt.1,price.lt.5)'))).toEqual(['Axe', 'Cord, 5 m'])
    expect(await names(goods().or('name.eq."Cord, 5 m",name.in.(Axe,Bolt)'))).toEqual([
      'Axe',
      'Bolt',
      'Cord, 5 m',
    ])
    const notOr = await http('goods?select=name&not.or=(id.eq.1,id.eq.2)&order=id')
    expect(await notOr.json()).toEqual([{ name: 'Cord, 5 m' }, { name: 'Drill' }])
  })

  it('pages, and counts when asked', async () => {
    const { data, count, status } = await ada
      .from('goods')
      .select('name', { count: 'exact' })
      .order('price', { ascending: false, nullsFirst: false })
      .range(1, 2)
    expect([data, count, status]).toEqual([[{ name: 'Axe' }, { name: 'Cord, 5 m' }], 4, 206])
    const page = await http('goods?select=id&order=id&limit=2&offset=1', {
      headers: { prefer: 'count=exact' },
    })
    expect(page.headers.get('content-range')).toBe('1-2/4')
    const beyond = await http('goods?offset=9', { headers: { prefer: 'count=exact' } })
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, '*/4'])
    const head = await ada.from('goods').select('*', { count: 'exact', head: true })
    expect([head.count, head.data]).toEqual([4, null])
  })

  it('gives one row as an object, and refuses none or many', async () => {
    expect((await ada.from('goods').select('name').eq('id', 1).single()).data).toEqual({ name: 'Axe' })
    const none = await ada.from('goods').select().eq('id', 77).single()
    expect([none.status, none.error?.code, none.error?.details]).toEqual([
      406,
      'PGRST116',
      'The result contains 0 rows',
    ])
    expect((await ada.from('goods').select().single()).error?.code).toBe('PGRST116')
    expect((await ada.from('goods').select().eq('id', 77).maybeSingle()).data).toBeNull()
  })

  it('never gives more than a thousand rows at once', async () => {
    await backend.sql(`insert into parts select n, 1 from generate_series(1, 1200) n`)
    expect((await ada.from('parts').select()).data).toHaveLength(1000)
    await backend.sql('delete from parts')
  })
})

describe('writing', () => {
  it('inserts, and shows the row when asked', async () => {
    const silent = await ada.from('goods').insert({ id: 10, name: 'Eyelet' })
    expect([silent.status, silent.data]).toEqual([201, null])
    const shown = await ada
      .from('goods')
      .insert([{ id: 11, name: 'File' }])
      .select('id, name, owner')
      .single()
    expect(shown.data).toEqual({ id: 11, name: 'File', owner: ADA })
  })

  it('merges or leaves rows that are there', async () => {
    await ada.from('goods').upsert([
      { id: 10, name: 'Eyelet, brass' },
      { id: 12, name: 'Gauge' },
    ])
    await ada.from('goods').upsert({ id: 12, name: 'lost' }, { onConflict: 'id', ignoreDuplicates: true })
    const { data } = await ada.from('goods').select('name').in('id', [10, 12]).order('id')
    expect(data).toEqual([{ name: 'Eyelet, brass' }, { name: 'Gauge' }])
  })

  it('updates and deletes what matches', async () => {
    const updated = await ada.from('goods').update({ price: 7 }).eq('id', 10).select('price')
    expect(updated.data).toEqual([{ price: 7 }])
    const foreign = await ada.from('goods').update({ price: 7 }, { count: 'exact' }).eq('id', 5)
    expect([foreign.status, foreign.count, foreign.error]).toEqual([204, 0, null])
    const removed = await ada.from('goods').delete().in('id', [10, 11, 12]).select('id')
    expect(removed.data).toHaveLength(3)
  })

  it('keeps all the digits of a big number', async () => {
    await http('goods', {
      method: 'POST',
      body: '{"id": 9007199254740995, "name": "Hasp"}',
      headers: { 'content-type': 'application/json' },
    })
    const { data } = await ada.from('goods').delete().eq('name', 'Hasp').select('id::text')
    expect(data).toEqual([{ id: '9007199254740995' }])
  })

  it('undoes a write of more rows than the one that was asked for', async () => {
    const { error } = await ada.from('goods').update({ weight: 50 }).gt('id', 0).select().single()
    expect(error?.code).toBe('PGRST116')
    expect((await ada.from('goods').select('id').eq('weight', 50)).data).toEqual([])
  })
})

describe('calling functions', () => {
  it('takes arguments by name, with defaults, by POST and GET', async () => {
    expect((await ada.rpc('add_up', { a: 1, b: 2 })).data).toBe(3)
    expect((await ada.rpc('add_up', { a: 1 })).data).toBe(11)
    expect((await ada.rpc('add_up', { a: 5 }, { get: true })).data).toBe(15)
  })

  it('hands JSON and arrays through as they are, and knows the caller', async () => {
    const item = { a: [1, { b: 'ü' }], c: null }
    expect((await ada.rpc('describe', { item })).data).toEqual({ got: item, who: ADA })
    expect((await ada.rpc('names', { wanted: [2, 1] })).data).toEqual(['Axe', 'Bolt'])
  })

  it('sends JSON with the digits that Postgres wrote', async () => {
    const response = await http('rpc/big', { method: 'POST' })
    expect(await response.text()).toContain('9007199254740993')
  })

  it('returns rows that can be filtered, one row, a table, or nothing', async () => {
    const cheap = await ada.rpc('cheap', { below: 10 }).select('name').gt('price', 1).order('name')
    expect(cheap.data).toEqual([{ name: 'Cord, 5 m' }])
    expect((await ada.rpc('one_good', { wanted: 2 })).data).toMatchObject({ id: 2, name: 'Bolt' })
    expect((await ada.rpc('totals')).data).toEqual([{ n: 4, most: 99 }])
    const nothing = await ada.rpc('nothing')
    expect([nothing.status, nothing.data]).toEqual([204, null])
  })

  it('shows functions the request, and hides it from no policy', async () => {
    const answer = await ada.rpc('headers')
    expect(answer.data).toMatchObject({ apikey: backend.anonKey })
  })

  it('sees a function that was made a moment ago', async () => {
    await backend.sql(`create function newborn() returns int language sql as 'select 7'`)
    await backend.sql(`notify pgrst, 'reload schema'`)
    expect((await ada.rpc('newborn')).data).toBe(7)
  })
})

describe('errors, with their statuses', () => {
  type Case = [what: string, status: number, code: string, call: () => PromiseLike<Reply>]
  type Reply = { status: number; error: { code: string } | null }

  const cases: Case[] = [
    ['a right is missing, signed in', 403, '42501', () => ada.from('vault').select()],
    ['a right is missing, not signed in', 401, '42501', () => anon.from('vault').select()],
    ['a function is not for you', 403, '42501', () => ada.rpc('secret')],
    [
      'a policy refuses the row',
      403,
      '42501',
      () => ada.from('goods').insert({ id: 20, name: 'x', owner: crypto.randomUUID() }),
    ],
    ['a function raises', 400, 'P0001', () => ada.rpc('fail_with', { state: 'P0001' })],
    ['a function chooses the status', 409, 'PT409', () => ada.rpc('fail_with', { state: 'PT409' })],
    ['a function says all of it', 418, 'SHOP1', () => ada.rpc('fail_custom')],
    ['a key is there already', 409, '23505', () => ada.from('goods').insert({ id: 1, name: 'x' })],
    ['a reference leads nowhere', 409, '23503', () => ada.from('parts').insert({ id: 1, goods_id: 77 })],
    ['a value is missing', 400, '23502', () => ada.from('goods').insert({ id: 21, name: null })],
    ['a check fails', 400, '23514', () => ada.from('goods').insert({ id: 22, name: 'x', weight: -1 })],
    ['a value cannot be read', 400, '22P02', () => ada.from('goods').select().eq('id', 'many')],
    ['a column is unknown to a filter', 400, '42703', () => ada.from('goods').select().eq('colour', 'red')],
    [
      'a column is unknown to an insert',
      400,
      'PGRST204',
      () => ada.from('goods').insert({ id: 23, colour: 'red' }),
    ],
    ['a table is unknown', 404, 'PGRST205', () => ada.from('bads').select()],
    ['a function is unknown', 404, 'PGRST202', () => ada.rpc('bads')],
    ['an argument is unknown', 404, 'PGRST202', () => ada.rpc('add_up', { a: 1, c: 2 })],
    ['an argument is missing', 404, 'PGRST202', () => ada.rpc('add_up', { b: 2 })],
    ['two functions fit', 300, 'PGRST203', () => ada.rpc('twice', { a: 2 })],
    ['transactions collide', 500, '40P01', () => ada.rpc('fail_with', { state: '40P01' })],
    ['a snapshot is too old', 500, '40001', () => ada.rpc('fail_with', { state: '40001' })],
    ['it takes too long', 500, '57014', () => ada.rpc('fail_with', { state: '57014' })],
    ['a table is embedded', 400, 'PGRST200', () => ada.from('goods').select('id, parts(*)')],
    ['a GET would write', 405, '25006', () => ada.rpc('touch', { wanted: 1 }, { get: true })],
    ['the query cannot be read', 400, 'PGRST100', () => ada.from('goods').select().or('id.is.like')],
  ]

  it.each(cases)('%s: %i %s', async (_, status, code, call) => {
    const reply = await call()
    expect([reply.status, reply.error?.code]).toEqual([status, code])
  })

  it('carry detail and hint of the function that raised', async () => {
    const { error } = await ada.rpc('fail_with', { state: 'P0001' })
    expect(error).toMatchObject({ message: 'refused', details: 'the detail', hint: 'the hint' })
    expect((await http('rpc/fail_custom', { method: 'POST' })).headers.get('x-shop')).toBe('closed')
  })

  it('tell a body that is no JSON', async () => {
    const response = await http('rpc/add_up', { method: 'POST', body: '{"a":' })
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'PGRST102' }])
  })

  it('tell a schema that is not exposed', async () => {
    const response = await http('users', { headers: { 'accept-profile': 'auth' } })
    expect([response.status, await response.json()]).toMatchObject([406, { code: 'PGRST106' }])
  })
})

describe('who is calling', () => {
  const call = async (token: string): Promise<{ status: number; code: string; challenge: string | null }> => {
    const response = await http('goods?select=id', { token })
    const { code } = (await response.json()) as { code: string }
    return { status: response.status, code, challenge: response.headers.get('www-authenticate') }
  }
  const token = (claims: Record<string, unknown>, secret = SECRET): Promise<string> =>
    signJwt(secret, { role: 'authenticated', sub: ADA, ...claims })

  it('is refused with a token that has expired, allowing clocks thirty seconds', async () => {
    expect(await call(await token({ exp: nowS() - 40 }))).toEqual({
      status: 401,
      code: 'PGRST303',
      challenge: 'Bearer error="invalid_token", error_description="JWT expired"',
    })
    expect((await http('goods', { token: await token({ exp: nowS() - 5 }) })).status).toBe(200)
  })

  it('is refused with a token from the future', async () => {
    expect(await call(await token({ exp: nowS() + 900, iat: nowS() + 120 }))).toMatchObject({
      status: 401,
      code: 'PGRST303',
    })
    expect(await call(await token({ exp: nowS() + 900, nbf: nowS() + 120 }))).toMatchObject({
      status: 401,
      code: 'PGRST303',
    })
  })

  it('is refused with a foreign or broken token', async () => {
    const foreign = await token({ exp: nowS() + 900 }, 'another-secret-another-secret-another')
    expect(await call(foreign)).toMatchObject({ status: 401, code: 'PGRST301' })
    expect(await call('abc')).toMatchObject({ status: 401, code: 'PGRST301' })
  })

  it('is anonymous with the API key in place of a token', async () => {
    const response = await http('goods?select=id', { token: backend.anonKey })
    expect([response.status, await response.json()]).toEqual([200, []])
  })
})

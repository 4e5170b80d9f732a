import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { identifier } from '../sql-values.ts'
import type { Queryable } from '../database.ts'

/*
 * Passwords are kept as scrypt hashes, written with their cost: $scrypt$<log2 N>,<r>,<p>$<salt>$<hash>. Hashes that came
 * from elsewhere (a seed, or a dump of a Supabase project) are bcrypt, which pgcrypto can check.
 */

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number }, Buffer>(scrypt)

/** 16 MB and some 30 ms for each try: about what bcrypt costs on a Supabase project. */
const COST = { logN: 14, r: 8, p: 1 }
const HASH_BYTES = 32

/** What an unknown user's password is checked against, so that the answer takes as long as for a known one. */
const NOBODYS_HASH: KnownHash = {
  cost: COST,
  salt: randomBytes(16),
  expected: randomBytes(HASH_BYTES),
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return writeHash(COST, salt, await deriveHash(password, salt, COST))
}

/** Whether `password` is the one `hash` was made from; `hash` is null for a user who is unknown or has no password. */
export async function verifyPassword(db: Queryable, password: string, hash: string | null): Promise<boolean> {
  if (hash?.startsWith('$2')) return verifyBcrypt(db, password, hash)
  const known = readHash(hash ?? '')
  const { cost, salt, expected } = known ?? NOBODYS_HASH
  const actual = await deriveHash(password, salt, cost)
  return known !== null && actual.length === expected.length && timingSafeEqual(actual, expected)
}

interface KnownHash {
  cost: typeof COST
  salt: Buffer
  expected: Buffer
}

function readHash(hash: string): KnownHash | null {
  const parts = /^\$scrypt\$(\d+),(\d+),(\d+)\$([\w+/=-]+)\$([\w+/=-]+)$/.exec(hash)
  if (!parts) return null
  const [, logN, r, p, salt, expected] = parts
  return {
    cost: { logN: Number(logN), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt ?? '', 'base64url'),
    expected: Buffer.from(expected ?? '', 'base64url'),
  }
}

function writeHash({ logN, r, p }: typeof COST, salt: Buffer, hash: Buffer): string {
  return `$scrypt$${logN},${r},${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`
}

function deriveHash(password: string, salt: Buffer, { logN, r, p }: typeof COST): Promise<Buffer> {
  return derive(password, salt, HASH_BYTES, { N: 2 ** logN, r, p })
}

async function verifyBcrypt(db: Queryable, password: string, hash: string): Promise<boolean> {
  const [home] = await db.query<{ schema: string }>(
    `select n.nspname as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace
      where e.extname = 'pgcrypto'`,
  )
  if (!home) throw new Error('A bcrypt password needs the extension pgcrypto to be checked.')
  const sql = `select ${identifier(home.schema)}.crypt($1, $2) = $2 as matches`
  const [row] = await db.query<{ matches: boolean }>(sql, [password, hash])
  return row?.matches === true
}

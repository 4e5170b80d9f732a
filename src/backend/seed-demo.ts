import { readFileSync } from 'node:fs'
import { createUser, findUserByEmail, updateUser } from './auth/users.ts'
import { hashPassword, verifyPassword } from './auth/passwords.ts'
import type { Database, Queryable } from './database.ts'

/** Whoever starts the demo signs in with these. They open a backend that listens on this machine only. */
export const DEMO_USER = { email: 'demo@smart-shelf.example', password: 'smart-shelf-demo' }

const SEED = new URL('../../supabase/seed.sql', import.meta.url)

/** Makes the demo user and, unless it is there already, the demo site. Returns the user's sign-in. */
export async function seedDemo(database: Database, log: (line: string) => void): Promise<typeof DEMO_USER> {
  const seed = readFileSync(SEED, 'utf8')
  await database.transaction(async (tx) => {
    await ensureDemoUser(tx)
    await tx.script(seed)
  })
  log(`Demo user ready: ${DEMO_USER.email}.`)
  return DEMO_USER
}

async function ensureDemoUser(tx: Queryable): Promise<void> {
  const { email, password } = DEMO_USER
  const known = await findUserByEmail(tx, email)
  if (!known) {
    const passwordHash = await hashPassword(password)
    const userMetadata = { display_name: 'Demo' }
    await createUser(tx, { email, passwordHash, isConfirmed: true, userMetadata })
  } else if (!(await verifyPassword(tx, password, known.passwordHash))) {
    await updateUser(tx, known.id, { passwordHash: await hashPassword(password) })
  }
}

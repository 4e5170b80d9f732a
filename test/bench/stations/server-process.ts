import { startBackend } from '#backend/compose.ts'
import type { FromServer, ServerBoot } from './messages.ts'

/*
 * The embedded backend on native Postgres, as a process of its own, so that its processor time is its own. Ends with who forked it.
 * Its limits are lifted: what stations cost is asked here; what a plan allows is the model's.
 */

const { databaseUrl } = JSON.parse(process.argv[2] ?? '') as ServerBoot
const backend = await startBackend({
  port: 0,
  databaseUrl,
  seed: 'empty',
  realtime: { maxEventsPerSecond: 1e6, maxJoinsPerSecond: 1e6 },
})
process.on('disconnect', () => void backend.stop().then(() => process.exit(0)))
const { url, anonKey, serviceRoleKey } = backend
process.send?.({ kind: 'ready', url, anonKey, serviceRoleKey } satisfies FromServer)

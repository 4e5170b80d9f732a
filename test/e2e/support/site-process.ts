import { startBackend } from '#backend/compose.ts'
import type { SiteAnswer, SiteOptions, SiteQuestion } from './site.ts'

/*
 * The embedded backend as a process of its own, so that a test can kill it as a power cut would. Speaks with the test over
 * the channel that `fork` makes; ends with it.
 */

const options = JSON.parse(process.argv[2] ?? '{}') as SiteOptions
let isReady = false
const backend = await startBackend({
  ...options,
  // What it says while it starts is of no interest; what it says later is a refusal or a failure.
  log: (line) => {
    if (isReady) process.stderr.write(`site: ${line}\n`)
  },
})
const say = (answer: SiteAnswer) => process.send?.(answer)

process.on('disconnect', () => process.exit(0))
process.on('message', (question: SiteQuestion) => {
  if (question.ask === 'stop') {
    void backend.stop().then(() => process.exit(0))
    return
  }
  backend.sql(question.text, question.params).then(
    (rows) => say({ kind: 'rows', id: question.id, rows }),
    (error: unknown) => say({ kind: 'failed', id: question.id, message: String(error) }),
  )
})

const { url, anonKey, serviceRoleKey, demoUser } = backend
isReady = true
say({ kind: 'ready', url, anonKey, serviceRoleKey, demoUser })

import { fakeOutbox } from '#test/harness/fake-outbox.ts'
import { outboxContract } from './outbox.contract.ts'

outboxContract('in memory', (clock) => {
  const outbox = fakeOutbox(clock)
  return { open: () => outbox, remove: () => undefined }
})

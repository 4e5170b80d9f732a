import { fakeOutbox } from '#test/harness/fake-outbox.ts'
import { outboxFolder } from '#test/harness/outbox-data.ts'
import { outboxContract } from './outbox.contract.ts'

outboxContract('in memory', (clock) => {
  const outbox = fakeOutbox(clock)
  return { open: () => outbox, remove: () => undefined }
})

outboxContract('on disk', (clock) => {
  const folder = outboxFolder(clock)
  return { open: () => folder.open().outbox, remove: () => folder.remove() }
})

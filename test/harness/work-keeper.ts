/*
 * A process that keeps work and moves it on until it is killed: `node work-keeper.ts DIRECTORY NAME`. What the outbox has returned
 * from it tells on its output, one line for each: the event and the numbers of the commands, whose names begin with NAME.
 */
import { writeSync } from 'node:fs'
import { openOutbox } from '#engine/outbox/sqlite-outbox.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import { owner } from './mirror-data.ts'
import { applied, mutation, refused, trouble, work } from './outbox-data.ts'
import { recordedLog } from './recorded-log.ts'

const [directory = '', name = ''] = process.argv.slice(2)
const { outbox } = openOutbox({
  directory,
  serverUrl: 'http://localhost:54321',
  owner,
  nativeBinding: null,
  clock: realClock,
  log: recordedLog(),
  // Often rewritten, so that it is also killed in the middle of that.
  journalLimitBytes: 30_000,
})

const named = (n: number): string => `${name} ${n}`
const tell = (event: string, ...numbers: number[]): void =>
  void writeSync(1, `${event} ${numbers.join(' ')}\n`)

for (let n = 1; ; n++) {
  outbox.keep(work(named(n)))
  tell('kept', n)
  if (n % 6 !== 0) continue
  const sent = [n - 5, n - 4, n - 3, n - 2]
  const ids = sent.map((each) => mutation(named(each)))
  outbox.sending(ids)
  tell('sending', ...sent)
  outbox.unanswered(ids.slice(3), 'unsure', trouble())
  outbox.answered([applied(named(n - 5)), applied(named(n - 4)), refused(named(n - 3))])
  tell('applied', n - 5, n - 4)
  tell('refused', n - 3)
  outbox.settled(ids.slice(0, 1))
  tell('settled', n - 5)
  outbox.takeBack(mutation(named(n - 1)))
  tell('taken-back', n - 1)
}

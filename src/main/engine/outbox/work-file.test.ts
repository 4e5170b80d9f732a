import { afterEach, beforeEach, expect, test } from 'vitest'
import type { UserId } from '#shared/domain/ids.ts'
import type { WorkFile } from '#shared/protocol/work.ts'
import { deskStage, receive, serverUrl } from '#test/harness/desk-stage.ts'
import type { DeskStage } from '#test/harness/desk-stage.ts'
import { owner } from '#test/harness/mirror-data.ts'
import { mutation } from '#test/harness/outbox-data.ts'

let here: DeskStage
let there: DeskStage
beforeEach(() => {
  here = deskStage()
  there = deskStage()
})
afterEach(() => {
  here.remove()
  there.remove()
})

function gathered(): WorkFile {
  const reply = here.desk.exportUnsent()
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.value
}

/** Takes in on the other station, letting its clock run. */
async function takeIn(file: unknown) {
  const taking = there.desk.importUnsent(typeof file === 'string' ? file : JSON.stringify(file))
  await there.folder.clock.advance(1_000)
  return taking
}

test('a file holds the unsent work of one person for one server, and it stays here as well', () => {
  for (const name of ['a', 'b', 'c']) here.submit(receive(name))
  here.refuse('b')
  expect(gathered()).toMatchObject({
    ...{ format: 'smart-shelf-work', version: 1, serverUrl, userId: owner, email: 'mia@shelf.test' },
    commands: [{ mutation_id: mutation('a') }, { mutation_id: mutation('c') }],
  })
  expect(here.outbox.unsent()).toHaveLength(2)
})

test('[O2] each command of a file is taken once, in its order, as it was done', async () => {
  const names = Array.from({ length: 50 }, (_, i) => `w${i}`)
  for (const name of names) here.submit(receive(name, 1))
  const file = gathered()
  there.submit(receive('w3', 1))
  expect(await takeIn(file)).toEqual({ ok: true, value: { taken: 49, known: 1 } })
  expect(await takeIn(file)).toEqual({ ok: true, value: { taken: 0, known: 50 } })
  expect(there.outbox.unsent().map(({ command }) => command)).toEqual([
    expect.objectContaining({ mutation_id: mutation('w3') }),
    ...file.commands.filter(({ mutation_id }) => mutation_id !== mutation('w3')),
  ])
  expect(there.onHand()).toBe(60)
})

test('[O2] a file that names a command twice brings it once', async () => {
  here.submit(receive('a'))
  const file = gathered()
  expect(await takeIn({ ...file, commands: [...file.commands, ...file.commands] })).toMatchObject({
    value: { taken: 1, known: 1 },
  })
})

test('an undo that was taken in marks what it undoes', async () => {
  here.submit(receive('a'))
  here.outbox.sending([mutation('a')])
  here.asked('work.undo', { id: mutation('u'), undoes: mutation('a') })
  await takeIn(gathered())
  expect(there.onHand()).toBe(10)
  expect(there.desk.detail({ id: mutation('a') })?.item).toMatchObject({ undoneBy: mutation('u') })
})

test('what is not taken is told in a sentence, and nothing of it is kept', async () => {
  here.submit(receive('a'))
  const file = gathered()
  const said = async (wrong: unknown) => {
    const reply = await takeIn(wrong)
    expect(reply).toMatchObject({ ok: false, error: { code: 'bad-request' } })
    return reply.ok ? '' : reply.error.message
  }
  expect(await said('no json')).toMatch(/holds no work/)
  expect(await said({ format: 'something else', version: 1 })).toMatch(/holds no work/)
  expect(await said({ ...file, version: 2 })).toMatch(/newer console/)
  expect(await said({ ...file, commands: [{ kind: 'receive' }] })).toMatch(/damaged/)
  expect(await said({ ...file, serverUrl: 'https://other.test' })).toMatch(/another server/)
  const otherId = mutation('somebody') as string as UserId
  expect(await said({ ...file, userId: otherId, email: 'tom@shelf.test' })).toMatch(/tom@shelf.test’s/)
  expect(there.outbox.entries()).toEqual([])
  expect(await takeIn({ ...file, serverUrl: `${serverUrl}/` })).toMatchObject({ ok: true })
})

test('a disk that fills up in the middle is told with what was taken; the rest comes the next time', async () => {
  for (let n = 0; n < 30; n += 1) here.submit(receive(`w${n}`, 1))
  const file = gathered()
  const { keep } = there.outbox
  let room = 25
  there.outbox.keep = (work) => {
    if (room === 0) there.outbox.refuses = 'disk-full'
    room -= 1
    return keep(work)
  }
  expect(await takeIn(file)).toMatchObject({
    error: { code: 'disk-full', message: expect.stringContaining('25 of 30') as string },
  })
  there.outbox.refuses = null
  there.outbox.keep = keep
  expect(await takeIn(file)).toEqual({ ok: true, value: { taken: 5, known: 25 } })
})

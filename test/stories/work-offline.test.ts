import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openPremises } from './support/premises.ts'
import type { Premises } from './support/premises.ts'
import { soon } from './support/soon.ts'
import { binsOf, bookedFor, ledgerOf, stockOf, workerAt } from './support/worker.ts'

/*
 * Work goes on while the line is down. When it is back, everything is sent once, whatever was lost on the way.
 */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(async () => {
  premises.backend.faults.calm()
  await premises.goHome()
})
afterAll(() => premises.close())

async function noraInTheNorth(stockRows = 20) {
  const day = `work-${++days}`
  const north = await premises.warehouse(`${day}-north`, stockRows)
  const nora = await premises.person(`nora.${day}`, north)
  const terminal = await premises.terminal(nora)
  return { north, nora, terminal, worker: workerAt(terminal), bins: await binsOf(premises, north, stockRows) }
}

describe('[O1] [O2] picks during an outage', () => {
  test('they show at once, are sent once when the line is back, and every figure is the server’s', async () => {
    const { nora, terminal, worker, bins } = await noraInTheNorth()
    await terminal.loseLine()
    const ids = []
    for (const bin of bins) {
      const { id } = await worker.does('pick', { ...bin, quantity: 2 })
      ids.push(id)
      expect(await worker.onHand(bin)).toEqual([3, -2])
    }
    expect(await worker.summary()).toMatchObject({ unsent: 20, refused: 0 })
    expect(await ledgerOf(premises, ids)).toEqual([])

    await terminal.comeBack()
    await worker.settles()
    expect((await ledgerOf(premises, ids)).map(({ outcome }) => outcome)).toEqual(Array(20).fill('applied'))
    expect(await bookedFor(premises, ids)).toBe(20)
    for (const bin of bins) {
      expect(await stockOf(premises, bin)).toBe(3)
      expect(await worker.onHand(bin)).toEqual([3, 0])
    }
    expect(await worker.summary()).toMatchObject({ unsent: 0, oldestUnsentAt: null })
    await terminal.agreesWith(nora)
  })

  test('also when every acknowledgement of the first attempt is lost', async () => {
    const { nora, terminal, worker, bins } = await noraInTheNorth()
    const ids = []
    terminal.line.loseAnswers()
    for (const bin of bins) ids.push((await worker.does('pick', { ...bin, quantity: 2 })).id)
    const [first] = ids
    if (!first) throw new Error('Nothing was picked.')
    await soon(async () => expect(await ledgerOf(premises, [first])).toHaveLength(1))
    for (const bin of bins) expect((await worker.onHand(bin))[0]).toBe(3)

    await terminal.loseLine()
    for (const bin of bins) expect(await worker.onHand(bin)).toEqual([3, -2])
    await terminal.comeBack()
    await worker.settles()
    expect(await bookedFor(premises, ids)).toBe(20)
    for (const bin of bins) {
      expect(await stockOf(premises, bin)).toBe(3)
      expect(await worker.onHand(bin)).toEqual([3, 0])
    }
    await terminal.agreesWith(nora)
  })

  test('in a bin that others emptied meanwhile: the server books below zero, and the terminal says the same', async () => {
    const { nora, terminal, worker, bins } = await noraInTheNorth(1)
    const [bin] = bins
    if (!bin) throw new Error('The north is empty.')
    await terminal.loseLine()
    await worker.does('pick', { ...bin, quantity: 4 })
    await premises.backend.sql('update inventory set quantity_on_hand = 1 where warehouse_id = $1', [
      bin.warehouse_id,
    ])
    await terminal.comeBack()
    await worker.settles()
    expect(await worker.onHand(bin)).toEqual([-3, 0])
    await terminal.agreesWith(nora)
  })
})

test('[O2] a poke that comes before the answer shows nothing twice', async () => {
  const { terminal, worker, bins } = await noraInTheNorth(1)
  const [bin] = bins
  if (!bin) throw new Error('The north is empty.')
  terminal.line.holdAnswers()
  const { id } = await worker.does('pick', { ...bin, quantity: 2 })
  await soon(async () => expect(await stockOf(premises, bin)).toBe(3))
  const looks: number[] = []
  for (let look = 0; look < 20; look += 1) {
    looks.push((await worker.onHand(bin))[0])
    await new Promise((turn) => setImmediate(turn))
  }
  expect(new Set(looks)).toEqual(new Set([3]))
  terminal.line.letAnswersGo()
  await worker.settles()
  expect(await worker.onHand(bin)).toEqual([3, 0])
  expect(await bookedFor(premises, [id])).toBe(1)
})

test('[O2] the server is restarted in the middle of it: nothing is missing and nothing is twice', async () => {
  const { nora, terminal, worker, bins } = await noraInTheNorth()
  const { faults } = premises.backend
  const ids = []
  for (const [at, bin] of bins.entries()) {
    if (at === 5) faults.cut(true)
    if (at === 15) faults.cut(false)
    ids.push((await worker.does('receive', { ...bin, quantity: 1 })).id)
  }
  await terminal.click()
  await worker.settles()
  expect(await bookedFor(premises, ids)).toBe(20)
  for (const bin of bins) expect(await worker.onHand(bin)).toEqual([6, 0])
  await terminal.agreesWith(nora)
})

test('[O1] switched off with work unsent, and on again without a line: the work is there, and is sent when the line is back', async () => {
  const { nora, terminal, worker, bins } = await noraInTheNorth(3)
  await terminal.loseLine()
  const ids = []
  for (const bin of bins) ids.push((await worker.does('pick', { ...bin, quantity: 1 })).id)
  const next = await terminal.restart()
  const again = workerAt(next)
  await soon(async () => expect(await again.summary()).toMatchObject({ unsent: 3 }))
  for (const bin of bins) expect(await again.onHand(bin)).toEqual([4, -1])
  await next.comeBack()
  await again.settles()
  expect(await bookedFor(premises, ids)).toBe(3)
  await next.agreesWith(nora)
})

test('[O2] two people at one station: what Anna left is sent in her name while Ben works', async () => {
  const { north, nora, terminal, worker, bins } = await noraInTheNorth(4)
  const [hers, his] = bins
  if (!hers || !his) throw new Error('The north is empty.')
  const ben = await premises.person(`ben.work-${days}`, north)
  await terminal.loseLine()
  const { id: left } = await worker.does('pick', { ...hers, quantity: 2 })
  await terminal.signOut()
  terminal.line.mend()
  expect(await terminal.signIn(ben)).toBeNull()
  await terminal.reaches('live')
  const { id: done } = await worker.does('pick', { ...his, quantity: 1 })
  await worker.settles()
  await soon(
    async () => expect(await worker.summary()).toMatchObject({ unsent: 0, unsentOfOthers: 0 }),
    40_000,
  )
  const users = Object.fromEntries((await ledgerOf(premises, [left, done])).map(({ id, user }) => [id, user]))
  expect(users).toEqual({ [left]: nora.id, [done]: ben.id })
  expect(await bookedFor(premises, [left, done])).toBe(2)
  expect((await worker.work()).map(({ id }) => id)).toEqual([done])
  await terminal.agreesWith(ben)
})

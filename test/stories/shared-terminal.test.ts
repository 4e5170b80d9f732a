import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openPremises } from './support/premises.ts'
import type { Premises } from './support/premises.ts'

/*
 * One terminal, two people, one after the other: each finds their own figures, and none of the other's.
 */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(() => premises.goHome())
afterAll(() => premises.close())

/** Anna works in the north, Ben in the south; the terminal at the gate is Anna's this morning. */
async function theGate() {
  const day = `day-${++days}`
  const north = await premises.warehouse(`${day}-north`, 20)
  const south = await premises.warehouse(`${day}-south`, 10)
  const anna = await premises.person(`anna.${day}`, north)
  const ben = await premises.person(`ben.${day}`, south)
  return { north, south, anna, ben, gate: await premises.terminal(anna) }
}

test('[M3] Anna goes, Ben comes, Anna comes back: each sees theirs, equal to the server', async () => {
  const { north, south, anna, ben, gate } = await theGate()
  await gate.signOut()
  expect(gate.status()).toMatchObject({
    link: { at: 'signed-out', because: 'asked' },
    user: null,
    asOf: null,
  })
  expect(await gate.warehouses()).toEqual([])
  expect(await gate.summary(north)).toMatchObject({ products: 0 })

  expect(await gate.signIn(ben)).toBeNull()
  expect(await gate.summary(north)).toMatchObject({ products: 0 })
  await gate.reaches('live')
  await gate.equals(ben)
  expect(await gate.warehouses()).toEqual([south.name])
  expect(gate.status()).toMatchObject({ user: { id: ben.id }, memberships: [{ warehouseId: south.id }] })
  await premises.receive(north, 20)

  await gate.signOut()
  expect(await gate.signIn(anna)).toBeNull()
  await gate.reaches('live')
  await gate.equals(anna)
  expect(await gate.warehouses()).toEqual([north.name])
  expect(await gate.summary(south)).toMatchObject({ products: 0 })
  expect(await gate.summary(north)).toMatchObject({ unitsOnHand: 120 })
})

test('Anna’s figures of this morning are there the moment she is back, as old as they are, with the line already down again', async () => {
  const { north, south, anna, ben, gate } = await theGate()
  await gate.signOut()
  const morning = gate.told().findLast(({ user }) => user?.id === anna.id)?.asOf
  await gate.signIn(ben)
  await gate.reaches('live')
  await premises.receive(north, 20)
  await gate.signOut()

  await gate.signIn(anna, () => gate.line.cut())
  expect(await gate.summary(north)).toMatchObject({ products: 20, unitsOnHand: 100 })
  expect(await gate.warehouses()).toEqual([north.name])
  expect(gate.status()).toMatchObject({ asOf: morning, user: { id: anna.id } })
  expect(await gate.summary(south)).toMatchObject({ products: 0 })

  await gate.comeBack()
  await gate.equals(anna)
  expect(await gate.summary(north)).toMatchObject({ unitsOnHand: 120 })
})

test('a terminal switched off under Ben starts without a line as Ben’s, and shows nothing of Anna', async () => {
  const { north, south, ben, gate } = await theGate()
  await gate.signOut()
  await gate.signIn(ben)
  await gate.reaches('live')
  gate.line.cut()
  await gate.reaches('waiting')
  const { asOf } = gate.status()
  const next = await gate.restart()
  await next.reaches('waiting')
  expect(next.status()).toMatchObject({ user: { id: ben.id }, asOf })
  expect(await next.warehouses()).toEqual([south.name])
  expect(await next.summary(south)).toMatchObject({ products: 10 })
  expect(await next.summary(north)).toMatchObject({ products: 0 })
})

test('[L2] nobody can sign in without a line: Ben is told so, nothing of Anna is shown, and he gets in when it is back', async () => {
  const { north, ben, gate } = await theGate()
  await gate.signOut()
  gate.line.cut()
  expect(await gate.signIn(ben)).toBe('no-answer')
  expect(gate.status()).toMatchObject({ link: { at: 'signed-out' }, user: null })
  expect(await gate.summary(north)).toMatchObject({ products: 0 })
  const next = await gate.restart()
  expect(next.status()).toMatchObject({ user: null, asOf: null })
  gate.line.mend()
  expect(await next.signIn(ben)).toBeNull()
  await next.reaches('live')
  await next.equals(ben)
})

test('[L1] Ben takes the terminal over in the middle of Anna’s first download: none of it ends up with him', async () => {
  const { north, south, anna, ben, gate } = await theGate()
  await gate.signOut()
  await premises.stock(north, 1_000)
  await gate.signIn(anna)
  await gate.signOut()
  await gate.signIn(ben)
  await gate.reaches('live')
  await gate.equals(ben)
  expect(await gate.warehouses()).toEqual([south.name])
  await gate.signOut()
  await gate.signIn(anna)
  await gate.reaches('live')
  await gate.equals(anna)
})

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MAX_WINDOWS, type WindowLook } from '#shared/protocol/windows.ts'
import { recordingLog } from '../diagnostics/recording-log.ts'
import { openWindow, openWindowSet, type WindowSet } from './window-set.ts'

const sets: WindowSet[] = []
let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'shelf-windows-'))
  file = path.join(folder, 'windows.json')
})
afterEach(async () => {
  await Promise.all(sets.splice(0).map((set) => set.ending()))
  await rm(folder, { recursive: true, force: true })
})

const board: WindowLook = { screen: 'board', warehouseId: null }
const orders: WindowLook = { screen: 'orders', warehouseId: null }

/** A desk whose windows open at once; what was opened and brought to the front is written down. */
function desk() {
  const open = new Map<number, () => void>()
  const log: string[] = []
  const set = openWindowSet({
    file,
    log: recordingLog(),
    open: async (no, look, closed) => {
      log.push(`${no} opens ${look?.screen ?? 'as it was left'}`)
      open.set(no, closed)
      return { bringToFront: () => log.push(`${no} to the front`) }
    },
  })
  sets.push(set)
  const close = (no: number): void => {
    open.get(no)?.()
    open.delete(no)
  }
  return { set, log, close, numbers: () => [...open.keys()] }
}

test('a first start opens one window; starting again brings it to the front', async () => {
  const { set, log } = desk()
  await set.show()
  await set.show()
  expect(log).toEqual(['1 opens as it was left', '1 to the front'])
})

test('a wall board beside the desk is there again tomorrow, as it was left', async () => {
  const today = desk()
  await today.set.show()
  expect(await today.set.add(board)).toBe(true)
  await today.set.ending()
  for (const no of today.numbers()) today.close(no)
  const tomorrow = desk()
  await tomorrow.set.show()
  expect(tomorrow.log).toEqual(['1 opens as it was left', '2 opens as it was left'])
})

test('a window that a person closed stays closed', async () => {
  const today = desk()
  await today.set.show()
  await today.set.add(board)
  await today.set.add(orders)
  today.close(2)
  await today.set.ending()
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ version: 1, beside: [3] })
})

test('the number of a closed window is given to the next', async () => {
  const { set, log, close } = desk()
  await set.show()
  await set.add(board)
  close(2)
  await set.add(orders)
  expect(log.at(-1)).toBe('2 opens orders')
})

test('with the first window closed, starting again brings the board to the front', async () => {
  const { set, log, close } = desk()
  await set.show()
  await set.add(board)
  close(1)
  await set.show()
  expect(log.at(-1)).toBe('2 to the front')
})

test('one window more than there may be is refused in words, and nothing opens', async () => {
  const { set, log } = desk()
  await set.show()
  for (let no = 2; no <= MAX_WINDOWS; no++) expect(await openWindow(set, board)).toMatchObject({ ok: true })
  const opened = log.length
  expect(await openWindow(set, orders)).toMatchObject({
    ok: false,
    error: { message: '6 windows are open. Close one, then open this one again.' },
  })
  expect(log).toHaveLength(opened)
})

test('a list of windows that cannot be read costs the other windows, never the first', async () => {
  await writeFile(file, '{"version":1,"beside":[1,99]}')
  const { set, log } = desk()
  await set.show()
  expect(log).toEqual(['1 opens as it was left'])
})

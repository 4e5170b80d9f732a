import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ProductId } from '#shared/domain/ids.ts'
import {
  drawn,
  Feed,
  id,
  inBin,
  mirrorFolder,
  north,
  northScope,
  product,
  south,
  southScope,
  stock,
} from '#test/harness/mirror-data.ts'
import type { Batch, Changeset, DrawnCommand, LocalMirror } from '../mirror.ts'

/* What work does to figures of stock, and how it makes room for the server's. */

let folder: ReturnType<typeof mirrorFolder>
let mirror: LocalMirror
let feed: Feed

beforeEach(() => {
  folder = mirrorFolder()
  mirror = folder.open().mirror
  feed = new Feed()
  apply(feed.site(['products', product('mug')], ['products', product('jug')]))
  apply(feed.north(['inventory', stock('mug', 40)]))
  apply(feed.south(['inventory', stock('mug', 10, { warehouse_id: south })]))
})
afterEach(() => folder.remove())

const mug = id<ProductId>('mug')

function apply(batch: Batch): Changeset {
  const result = mirror.apply(batch)
  if (result.kind !== 'applied') throw new Error(`A gap at ${result.cursor.seq}.`)
  return result.changeset
}

const draw = (...commands: DrawnCommand[]): Changeset => mirror.draw({ drawn: commands, erased: [] })
const list = (warehouseId = north) =>
  mirror.stockList({
    ...{ warehouseId, search: '', filter: 'all', sort: 'sku', direction: 'asc', offset: 0, limit: 9 },
  }).rows
const detail = (warehouseId = north) => mirror.stockDetail({ warehouseId, productId: mug })
/** Pieces of mugs, and how many of them were not sent. */
const mugs = (warehouseId = north) => [detail(warehouseId)?.onHand, detail(warehouseId)?.unsentOnHand]
const receive = (name: string, pieces: number, settles: DrawnCommand['settles'] = []) =>
  drawn(name, [inBin('mug', 'A-1', pieces)], settles)

describe('what was not sent', () => {
  test('is in list, detail and summary, and is told apart', () => {
    const { stock: touched, settled } = draw(receive('a', 3))
    expect(touched.get(north)).toEqual(new Set([mug]))
    expect(settled).toEqual([])
    expect(list()).toMatchObject([{ onHand: 43, unsentOnHand: 3, available: 43, otherBins: 0 }])
    expect(detail()).toMatchObject({ onHand: 43, unsentOnHand: 3, bins: [{ onHand: 43, unsentOnHand: 3 }] })
    expect(mirror.summary({ warehouseId: north }).unitsOnHand).toBe(43)
    expect(mirror.look().bins(north, mug)).toEqual([{ bin: 'A-1', onHand: 43, allocated: 0 }])
  })

  test('changes the state, and so the lists the product is in', () => {
    draw(drawn('a', [inBin('mug', 'A-1', -38)]))
    expect(list()).toMatchObject([{ state: 'low' }])
    draw(drawn('b', [inBin('mug', 'A-1', 0, { allocated: 3 })]))
    expect(list()).toMatchObject([{ state: 'oversold', allocated: 3, unsentOnHand: -38 }])
    expect(mirror.summary({ warehouseId: north })).toMatchObject({ low: 0, oversold: 1, unitsOnHand: 2 })
  })

  test('makes a bin, and a line, where the server has none yet', () => {
    draw(drawn('a', [inBin('mug', 'A-0', 5)]), drawn('b', [inBin('jug', 'C-1', 2)]))
    expect(detail()?.bins).toMatchObject([
      { id: null, bin: 'A-0', onHand: 5, unsentOnHand: 5, changedAt: folder.clock.now() },
      { bin: 'A-1', onHand: 40, unsentOnHand: 0 },
    ])
    expect(list()).toMatchObject([
      { sku: 'JUG', bin: 'C-1', onHand: 2 },
      { sku: 'MUG', bin: 'A-0', otherBins: 1 },
    ])
    expect(mirror.rows('inventory')).toHaveLength(2)
  })

  test('that was undone leaves nothing behind', () => {
    draw(drawn('a', [inBin('jug', 'C-1', 2)]), drawn('undo a', [inBin('jug', 'C-1', -2)]))
    expect(list().map(({ sku }) => sku)).toEqual(['MUG'])
    expect(mirror.summary({ warehouseId: north })).toMatchObject({ products: 1, unitsOnHand: 40 })
  })

  test('that is erased was never there', () => {
    draw(receive('a', 3), receive('b', 4))
    const { settled } = mirror.draw({ drawn: [], erased: [receive('a', 3).id, id('nobody')] })
    expect(settled).toEqual([])
    expect(mugs()).toEqual([44, 4])
  })

  test('stays while rows under it change, are repaired, or are compared', () => {
    draw(receive('a', 3))
    const before = mirror.digest(northScope)
    apply(feed.north(['inventory', stock('mug', 50)]))
    expect(mugs()).toEqual([53, 3])
    expect(mirror.rows('inventory')).toMatchObject([{ quantity_on_hand: 50 }, { quantity_on_hand: 10 }])
    const { epoch, seq: head } = mirror.cursor(northScope)
    const [change] = feed.north(['inventory', stock('mug', 60)]).changes
    const bucket = { table: 'inventory', bucket: String(change?.id).slice(0, 2) }
    mirror.repair({
      ...{ scope: northScope, epoch: epoch ?? '', head: head + 1, buckets: [bucket] },
      changes: change ? [change] : [],
    })
    expect(mugs()).toEqual([63, 3])
    expect(before.buckets).toMatchObject([{ table: 'inventory', count: 1 }])
  })
})

describe('[O2] what the server has', () => {
  test('counts as sent, until the transaction that brings its head shows it in the rows', () => {
    draw(receive('a', 3))
    draw(receive('a', 3, [{ scope: northScope, seq: 3 }]))
    expect(mugs()).toEqual([43, 0])
    expect(apply(feed.north(['inventory', stock('mug', 41)])).settled).toEqual([])
    expect(mugs()).toEqual([44, 0])
    const changeset = apply(feed.north(['inventory', stock('mug', 44)]))
    expect(changeset.settled).toEqual([id('command a')])
    expect(mugs()).toEqual([44, 0])
  })

  test('is settled at once when its head was there before the answer', () => {
    draw(receive('a', 3))
    apply(feed.north(['inventory', stock('mug', 43)]))
    expect(draw(receive('a', 3, [{ scope: northScope, seq: 2 }])).settled).toEqual([id('command a')])
    expect(mugs()).toEqual([43, 0])
  })

  test('is settled by the very page that told of it', () => {
    draw(receive('a', 3), receive('b', 5))
    const fates = { drawn: [receive('a', 3, [{ scope: northScope, seq: 2 }])], erased: [receive('b', 5).id] }
    const changeset = apply({ ...feed.north(['inventory', stock('mug', 43)]), fates })
    expect(changeset.settled).toEqual([id('command a')])
    expect(mugs()).toEqual([43, 0])
  })

  test('waits for the head also when it changed nothing that is drawn', () => {
    draw(drawn('a', [], [{ scope: northScope, seq: 2 }]))
    expect(draw(drawn('b', [])).settled).toEqual([])
    expect(apply(feed.north(['inventory', stock('mug', 40)])).settled).toEqual([id('command a')])
  })

  test.each([
    ['where it came from', true],
    ['where it went', false],
  ])('of a transfer comes in two histories, first %s', (_which, northFirst) => {
    const moves = [inBin('mug', 'A-1', -4), inBin('mug', 'A-1', 4, { warehouse_id: south })]
    const settles = [
      { scope: northScope, seq: 2 },
      { scope: southScope, seq: 2 },
    ]
    draw(drawn('t', moves))
    draw(drawn('t', moves, settles))
    const pages = [
      () => apply(feed.north(['inventory', stock('mug', 36)])),
      () => apply(feed.south(['inventory', stock('mug', 14, { warehouse_id: south })])),
    ]
    const settled = (northFirst ? pages : [...pages].reverse()).map((page) => {
      const changeset = page()
      expect([mugs(north), mugs(south)]).toEqual([
        [36, 0],
        [14, 0],
      ])
      return changeset.settled
    })
    expect(settled).toEqual([[], [id('command t')]])
  })

  test('and what it did where the server tells of no head goes with the first head that comes', () => {
    const moves = [inBin('mug', 'A-1', -4), inBin('mug', 'A-1', 4, { warehouse_id: south })]
    draw(drawn('t', moves, [{ scope: northScope, seq: 2 }]))
    expect([mugs(north), mugs(south)]).toEqual([
      [36, 0],
      [14, 0],
    ])
    expect(apply(feed.north(['inventory', stock('mug', 36)])).settled).toEqual([id('command t')])
    expect(mugs(south)).toEqual([10, 0])
  })
})

describe('a history that starts over', () => {
  const again = (pieces: number): Batch => ({
    ...new Feed().north(['inventory', stock('mug', pieces)]),
    ...{ epoch: id('second epoch'), startOver: true },
  })

  test('[O2] has all acknowledged work, whatever its numbers; the rest is drawn over it', () => {
    draw(receive('a', 3, [{ scope: northScope, seq: 900 }]), receive('b', 5))
    const { settled } = apply(again(43))
    expect(settled).toEqual([id('command a')])
    expect(mugs()).toEqual([48, 5])
  })

  test('[O2] is remembered to have it, should the outbox not have noted that it is settled', () => {
    draw(receive('a', 3, [{ scope: northScope, seq: 900 }]), receive('b', 5))
    draw(receive('early', 2, [{ scope: northScope, seq: 1 }]))
    apply(again(45))
    mirror.close()
    mirror = folder.open().mirror
    const commands = [
      receive('early', 2, [{ scope: northScope, seq: 1 }]),
      receive('a', 3, [{ scope: northScope, seq: 900 }]),
      receive('b', 5),
    ]
    expect(mirror.redraw(commands).settled).toEqual([id('command early'), id('command a')])
    expect(mugs()).toEqual([50, 5])
  })

  test('of products leaves the work where it is, and shows it again with its product', () => {
    draw(drawn('a', [inBin('jug', 'C-1', 2)]))
    const products = new Feed().site(['products', product('jug')])
    apply({ ...products, epoch: id('second epoch'), startOver: true })
    expect(list()).toMatchObject([{ sku: 'JUG', onHand: 2 }])
    expect(mirror.summary({ warehouseId: north })).toMatchObject({ products: 1, unitsOnHand: 2 })
  })
})

describe('a warehouse that one may not see any more', () => {
  test('settles what the server has, hides the rest, and shows it again with the right', () => {
    draw(receive('a', 3, [{ scope: northScope, seq: 900 }]), receive('b', 5))
    expect(mirror.drop([northScope])).toMatchObject({ everything: true, settled: [id('command a')] })
    expect([list(), detail()]).toEqual([[], null])
    draw(receive('c', 1))
    expect(list()).toEqual([])
    feed = new Feed()
    apply(feed.north(['inventory', stock('mug', 43)]))
    expect(mugs()).toEqual([49, 6])
  })

  test('takes in no answer: nothing of it is shown, and it comes whole', () => {
    draw(receive('a', 3))
    mirror.drop([northScope])
    expect(draw(receive('a', 3, [{ scope: northScope, seq: 9 }])).settled).toEqual([id('command a')])
  })
})

describe('a start', () => {
  test('draws what the outbox has, in its order, and nothing else', () => {
    draw(receive('a', 3), receive('lost', 100))
    mirror.close()
    mirror = folder.open().mirror
    expect(mugs()).toEqual([143, 103])
    const { stock: touched, settled } = mirror.redraw([receive('b', 1), receive('a', 3)])
    expect(settled).toEqual([])
    expect(touched.get(north)).toEqual(new Set([mug]))
    expect(mugs()).toEqual([44, 4])
    mirror.redraw([])
    expect(mugs()).toEqual([40, 0])
  })

  test('finds an empty drawing in a rebuilt file, and no work that is drawn twice', () => {
    draw(receive('a', 3))
    mirror.distrust()
    mirror.close()
    const { mirror: rebuilt, opened } = folder.open()
    expect(opened).toBe('damaged-rebuilt')
    mirror = rebuilt
    mirror.redraw([receive('a', 3), receive('b', 2, [{ scope: northScope, seq: 2 }])])
    feed = new Feed()
    apply(feed.site(['products', product('mug')]))
    apply(feed.north(['inventory', stock('mug', 42)]))
    expect(mugs()).toEqual([45, 3])
  })
})

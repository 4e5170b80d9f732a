import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bothWays, meanwhile } from './support/meanwhile.ts'
import type { Way } from './support/meanwhile.ts'
import { openPremises } from './support/premises.ts'
import type { Person, Premises, Warehouse } from './support/premises.ts'
import type { Terminal } from './support/terminal.ts'

/*
 * Stock and orders that change hands: every row lives in one warehouse, and each person sees only their own.
 */

let premises: Premises
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(() => premises.goHome())
afterAll(() => premises.close())

interface Hands {
  north: Warehouse
  south: Warehouse
  berta: Person
  nora: Person
  sven: Person
  bertas: Terminal
  noras: Terminal
  svens: Terminal
  /** Whoever was offline is equal from the moment they are live; whoever watched, as soon as the news are there. */
  allAgree(way: Way): Promise<void>
}

let days = 0

/** Two warehouses with stock and an order each. Berta works in both, Nora in the north, Sven in the south. */
async function aDayInTwoWarehouses(): Promise<Hands> {
  const day = `day-${++days}`
  const north = await premises.warehouse(`${day}-north`, 20)
  const south = await premises.warehouse(`${day}-south`, 10)
  await premises.order(north, 'N-1')
  await premises.order(south, 'S-1')
  const berta = await premises.person(`berta.${day}`, north, south)
  const nora = await premises.person(`nora.${day}`, north)
  const sven = await premises.person(`sven.${day}`, south)
  const bertas = await premises.terminal(berta)
  const noras = await premises.terminal(nora)
  const svens = await premises.terminal(sven)
  return {
    ...{ north, south, berta, nora, sven, bertas, noras, svens },
    async allAgree(way) {
      const settled = way === 'online' ? 'agreesWith' : 'equals'
      await bertas[settled](berta)
      await noras[settled](nora)
      await svens[settled](sven)
    },
  }
}

describe.each(bothWays)('%s', (way) => {
  test('[M3] eight bins of stock move from the north to the south: gone here, there there', async () => {
    const { north, south, bertas, noras, svens, allAgree } = await aDayInTwoWarehouses()
    await meanwhile(way, [bertas, noras, svens], () => premises.moveStock(north, south, 8))
    await allAgree(way)
    expect(await bertas.summary(north)).toMatchObject({ products: 12, unitsOnHand: 60 })
    expect(await bertas.summary(south)).toMatchObject({ products: 18, unitsOnHand: 90 })
    expect(await noras.summary(north)).toMatchObject({ products: 12, unitsOnHand: 60 })
    expect(await svens.summary(south)).toMatchObject({ products: 18, unitsOnHand: 90 })
  })

  test('[M3] an order is given to the other warehouse, with its lines', async () => {
    const { north, south, bertas, noras, svens, allAgree } = await aDayInTwoWarehouses()
    await meanwhile(way, [bertas, noras, svens], () => premises.moveOrder('N-1', north, south))
    await allAgree(way)
    expect([await bertas.orders(north), await bertas.orders(south)]).toEqual([[], ['N-1', 'S-1']])
    expect(await noras.orders(north)).toEqual([])
    expect(await svens.orders(south)).toEqual(['N-1', 'S-1'])
  })

  test('[M2] [M3] stock that went south and came back counts once, and is not left behind in the south', async () => {
    const { north, south, bertas, noras, svens, allAgree } = await aDayInTwoWarehouses()
    const before = await bertas.stock(north)
    await meanwhile(way, [bertas, noras, svens], async () => {
      await premises.moveStock(north, south, 20)
      await premises.backend.sql(
        `update inventory i set warehouse_id = $1 from products p
         where p.id = i.product_id and i.warehouse_id = $2 and starts_with(p.sku, $3)`,
        [north.id, south.id, north.name],
      )
    })
    await allAgree(way)
    expect(await bertas.stock(north)).toEqual(before)
    expect(await noras.stock(north)).toEqual(before)
    expect(Object.keys(await svens.stock(south))).toHaveLength(10)
  })

  test('[M3] bins are emptied and their rows deleted, then one is made anew', async () => {
    const { north, berta, bertas, noras, svens, allAgree } = await aDayInTwoWarehouses()
    await meanwhile(way, [bertas, noras, svens], async () => {
      await premises.backend.sql('delete from inventory where warehouse_id = $1', [north.id])
      await premises.stock(north, 1)
    })
    await allAgree(way)
    expect(await bertas.summary(north)).toMatchObject({ products: 1, unitsOnHand: 5 })
    expect(await noras.summary(north)).toMatchObject({ products: 1, unitsOnHand: 5 })
    expect((await bertas.compare(berta)).rowsByTable).toMatchObject({ inventory: 11 })
  })
})

import { randomUUID } from 'node:crypto'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import type { BackendFacts } from '../launch/backend-facts.ts'

/** Somebody else in the warehouse: works on the server directly, whatever the console's cable does. */
export interface WarehouseHands {
  client: SupabaseClient
  /** Receives into `count` different bins, one command each, in batches; returns the SKUs touched. */
  receive(count: number): Promise<string[]>
  /** Takes from a product's fullest bin. */
  pick(sku: string, quantity: number): Promise<void>
  leave(): Promise<void>
}

const BATCH = 100

/**
 * Signs in as the demo user, past the cable.
 * @param warehouseCode the warehouse to work in
 */
export async function callHands(backend: BackendFacts, warehouseCode: string): Promise<WarehouseHands> {
  const { demoUser } = backend
  if (demoUser === null) throw new Error('The backend has no demo user to work as.')
  const client = createClient(backend.url, backend.anonKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  })
  const { error } = await client.auth.signInWithPassword(demoUser)
  if (error !== null) throw error
  const { id: warehouseId } = await one<{ id: string }>(
    client.from('warehouses').select('id').eq('code', warehouseCode).single(),
  )

  const apply = async (
    kind: 'receive' | 'pick',
    bins: readonly Bin[],
    quantityOf: (at: number) => number,
  ) => {
    for (let start = 0; start < bins.length; start += BATCH) {
      const commands = bins.slice(start, start + BATCH).map((bin, at) => ({
        kind,
        mutation_id: randomUUID(),
        warehouse_id: warehouseId,
        product_id: bin.product_id,
        bin: bin.bin,
        quantity: quantityOf(start + at),
        station_id: null,
        operator_id: null,
        happened_at: new Date().toISOString(),
        reference: 'demo',
      }))
      const outcomes = await one<{ outcome: string }[]>(client.rpc('apply_commands', { commands }))
      const refused = outcomes.filter((outcome) => outcome.outcome !== 'applied')
      if (refused.length > 0) throw new Error(`The server refused: ${JSON.stringify(refused[0])}`)
    }
  }

  return {
    client,
    receive: async (count) => {
      const bins = await one<Bin[]>(
        client
          .from('inventory')
          .select('product_id,bin,quantity_on_hand')
          .eq('warehouse_id', warehouseId)
          .order('id')
          .limit(count),
      )
      await apply('receive', bins, (at) => 1 + (at % 9))
      const products = await one<{ sku: string }[]>(
        client
          .from('products')
          .select('sku')
          .in(
            'id',
            bins.slice(0, 50).map((bin) => bin.product_id),
          ),
      )
      return products.map((product) => product.sku)
    },
    pick: async (sku, quantity) => {
      const { id } = await one<{ id: string }>(client.from('products').select('id').eq('sku', sku).single())
      const bins = await one<Bin[]>(
        client
          .from('inventory')
          .select('product_id,bin,quantity_on_hand')
          .eq('warehouse_id', warehouseId)
          .eq('product_id', id)
          .order('quantity_on_hand', { ascending: false })
          .limit(1),
      )
      await apply('pick', bins, () => quantity)
    },
    leave: async () => {
      await client.auth.signOut({ scope: 'local' })
    },
  }
}

interface Bin {
  product_id: string
  bin: string
  quantity_on_hand: number
}

/** The answer's data, trusted to be what was asked for: this is the demo's own server. */
async function one<T>(asked: PromiseLike<{ data: unknown; error: { message: string } | null }>): Promise<T> {
  const { data, error } = await asked
  if (error !== null) throw new Error(error.message)
  return data as T
}

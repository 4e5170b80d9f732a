import { z } from 'zod'
import { CommandOutcome, type Command } from '#shared/domain/commands.ts'
import { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import { ImportProblem } from '../../src/main/import/problem.ts'
import type { Shelf } from './movements.ts'

/*
 * A signed-in user's way to the server: what it may read of a warehouse, and `apply_commands`, the same function that the
 * console uses.
 */

export interface ReplaySession {
  warehouse(code: string): Promise<WarehouseId>
  shelves(warehouseId: WarehouseId): Promise<Map<string, Shelf>>
  apply(commands: readonly Command[]): Promise<CommandOutcome[]>
}

const Tokens = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number() })
const Warehouses = z.array(z.object({ id: WarehouseId, code: z.string() }))
const Stock = z.array(
  z.object({ id: z.guid(), product_id: ProductId, bin: z.string(), quantity_on_hand: z.int() }),
)
const Products = z.array(z.object({ id: ProductId, sku: z.string(), reorder_point: z.int() }))

const PAGE_ROWS = 1_000
const REFRESH_MARGIN_MS = 60_000

/** Signs in. Rejects with ImportProblem when the server does not answer or does not know the user. */
export async function signIn(
  url: string,
  anonKey: string,
  email: string,
  password: string,
): Promise<ReplaySession> {
  const session = new HttpSession(url, anonKey)
  await session.authenticate('password', { email, password })
  return session
}

class HttpSession implements ReplaySession {
  readonly #url: string
  readonly #anonKey: string
  #accessToken = ''
  #refreshToken = ''
  #expiresAtMs = 0

  constructor(url: string, anonKey: string) {
    this.#url = url
    this.#anonKey = anonKey
  }

  async authenticate(grant: 'password' | 'refresh_token', body: Record<string, string>): Promise<void> {
    let answer: Response
    try {
      answer = await fetch(new URL(`/auth/v1/token?grant_type=${grant}`, this.#url), {
        method: 'POST',
        headers: { apikey: this.#anonKey, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    } catch (error) {
      throw new ImportProblem(`${this.#url} does not answer. Is the server running?`, error)
    }
    if (!answer.ok) {
      throw new ImportProblem(
        `Signing in at ${this.#url} failed (${answer.status}): ${(await answer.text()).slice(0, 200)}`,
      )
    }
    const tokens = Tokens.parse(await answer.json())
    this.#accessToken = tokens.access_token
    this.#refreshToken = tokens.refresh_token
    this.#expiresAtMs = performance.now() + tokens.expires_in * 1_000
  }

  async warehouse(code: string): Promise<WarehouseId> {
    const all = Warehouses.parse(await this.#ask('warehouses?select=id,code&order=code'))
    const found = all.find((warehouse) => warehouse.code === code)
    if (found !== undefined) return found.id
    throw new ImportProblem(
      `This user sees no warehouse ${code}. Choose with --warehouse: ${all.map((one) => one.code).join(', ') || '(none)'}.`,
    )
  }

  async shelves(warehouseId: WarehouseId): Promise<Map<string, Shelf>> {
    const products = new Map<string, z.infer<typeof Products>[number]>()
    await this.#pages('products?select=id,sku,reorder_point', (rows) => {
      for (const product of Products.parse(rows)) products.set(product.id, product)
    })
    const shelves = new Map<string, Shelf>()
    await this.#pages(
      `inventory?select=id,product_id,bin,quantity_on_hand&warehouse_id=eq.${warehouseId}`,
      (rows) => {
        for (const { product_id, bin, quantity_on_hand } of Stock.parse(rows)) {
          const product = products.get(product_id)
          if (product === undefined || shelves.has(product.sku)) continue
          shelves.set(product.sku, {
            productId: product_id,
            bin,
            onHand: quantity_on_hand,
            reorderPoint: product.reorder_point,
          })
        }
      },
    )
    return shelves
  }

  async apply(commands: readonly Command[]): Promise<CommandOutcome[]> {
    if (performance.now() > this.#expiresAtMs - REFRESH_MARGIN_MS) {
      await this.authenticate('refresh_token', { refresh_token: this.#refreshToken })
    }
    return CommandOutcome.array().parse(await this.#ask('rpc/apply_commands', { commands }))
  }

  async #pages(path: string, take: (rows: unknown) => void): Promise<void> {
    for (let from = 0; ; from += PAGE_ROWS) {
      const rows = await this.#ask(`${path}&order=id&limit=${PAGE_ROWS}&offset=${from}`)
      take(rows)
      if (!Array.isArray(rows) || rows.length < PAGE_ROWS) return
    }
  }

  async #ask(path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(new URL(`/rest/v1/${path}`, this.#url), {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        apikey: this.#anonKey,
        authorization: `Bearer ${this.#accessToken}`,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) {
      throw new ImportProblem(
        `${this.#url} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`,
      )
    }
    return (await answer.json()) as unknown
  }
}

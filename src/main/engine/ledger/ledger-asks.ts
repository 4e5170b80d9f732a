import type { z } from 'zod'
import type { ErrorCode, Reply } from '#shared/protocol/reply.ts'
import { failed, ok } from '#shared/protocol/reply.ts'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import type { ledgerAsks as asks, LedgerCursor, LedgerFilter } from '#shared/protocol/ledger.ts'
import { MirrorError } from '../mirror/mirror.ts'
import { replyOf } from '../station/wire-errors.ts'
import type { WindowId } from '../ports.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { namedMovements, type Names } from './named-movements.ts'
import { ServerFlowDay, ServerHistory, ServerPage, ServerStockAt, ServerStory } from './server-answers.ts'

export type LedgerChannel = keyof typeof asks

type LedgerAnswers = {
  [C in LedgerChannel]: (window: WindowId, question: Question<C>) => Promise<Reply<Answer<C>>>
}

/** Who is asked, and who knows the names of what it tells. */
export interface LedgerPorts {
  upstream: Pick<Upstream, 'call'>
  names: Names
}

/**
 * Questions about the ledger. The server keeps it; without an answer from there is none, and the reply says why by its kind.
 * @param ports null while nobody is signed in
 */
export function ledgerAsks(ports: () => LedgerPorts | null): LedgerAnswers {
  async function asked<S, A>(
    name: string,
    args: Record<string, unknown>,
    shape: z.ZodType<S>,
    told: (answer: S, names: Names) => A,
  ): Promise<Reply<A>> {
    const at = ports()
    if (!at) return failed('not-ready', 'Nobody is signed in at this station.')
    const outcome = await at.upstream.call(name, args, shape)
    if (outcome.kind === 'refused' && outcome.code === 'PT403') {
      return failed('not-allowed' satisfies ErrorCode, outcome.detail)
    }
    if (outcome.kind !== 'settled') return replyOf(outcome)
    // Somebody else is signed in by now, or nobody: this was not told to them.
    if (ports()?.names !== at.names) return failed('not-ready', 'Nobody is signed in at this station.')
    try {
      return ok(told(outcome.value, at.names))
    } catch (error) {
      // The person may be gone by now, or the disk: the names cannot be read.
      if (!(error instanceof MirrorError)) throw error
      return failed('not-ready', 'The names in the ledger could not be read from the local copy.', true)
    }
  }

  return {
    'ledger.page': (_window, { warehouseId, filter, before, limit }) =>
      asked(
        'ledger_page',
        { warehouse: warehouseId, filter: filterOf(filter), before, page_limit: limit },
        ServerPage,
        ({ server_time, rows, next }, names) => ({
          serverTime: server_time,
          movements: namedMovements(rows, warehouseId, names),
          next,
        }),
      ),
    'ledger.story': (_window, { warehouseId, productId, bin, before, limit }) =>
      asked(
        'ledger_story',
        { warehouse: warehouseId, product: productId, in_bin: bin, before, page_limit: limit },
        ServerStory,
        ({ server_time, on_hand, movements, rows, next }, names) => ({
          serverTime: server_time,
          onHand: on_hand,
          count: movements,
          movements: namedMovements(rows, warehouseId, names).map((movement, n) => ({
            ...movement,
            balance: rows[n]?.balance ?? 0,
          })),
          next: next satisfies LedgerCursor | null,
        }),
      ),
    'stock.at': (_window, { warehouseId, productId, moment, clock }) =>
      asked(
        'stock_at',
        { warehouse: warehouseId, product: productId, moment: iso(moment), clock },
        ServerStockAt,
        ({ server_time, ...told }) => ({ serverTime: server_time, ...told }),
      ),
    'stock.history': (_window, { warehouseId, productId, from, to, clock }) =>
      asked(
        'stock_history',
        { warehouse: warehouseId, product: productId, starts: iso(from), ends: iso(to), clock },
        ServerHistory,
        ({ server_time, opening, points, part_ms, offline }) => ({
          serverTime: server_time,
          opening,
          points: points.map(([at, quantity]) => ({ at, quantity })),
          partMs: part_ms,
          offline: offline.map(([start, end]) => ({ from: start, to: end })),
        }),
      ),
    'flow.day': (_window, { warehouseId, day }) =>
      asked('throughput', { warehouse: warehouseId, day }, ServerFlowDay, (told) => told),
  }
}

const iso = (ms: number): string => new Date(ms).toISOString()

const filterOf = ({ productId, bin, document, userId, stationId, kind, from, to }: LedgerFilter): object => ({
  product_id: productId,
  bin,
  document,
  user_id: userId,
  station_id: stationId,
  kind,
  from: from === undefined ? undefined : iso(from),
  to: to === undefined ? undefined : iso(to),
})

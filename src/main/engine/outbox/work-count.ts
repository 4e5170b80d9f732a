import { failed, ok } from '#shared/protocol/reply.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import { warehouseScope } from '#shared/domain/scope.ts'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import type { Mirror } from '../mirror/mirror.ts'
import type { Look } from '../commands/look.ts'
import type { Outbox } from './outbox.ts'
import { canonical } from './work-keeper.ts'

/** A basis names no more commands than this: the server's own limit. */
const MOST_INCLUDED = 1_000

interface CountPorts {
  outbox: Pick<Outbox, 'unsettled'>
  mirror: Pick<Mirror, 'cursor'>
  look: Look
}

/**
 * Where a blind count of a bin begins: the mirror's place in the warehouse's history, what the station shows for the bin, and its
 * own commands that are in that figure and not in that history. What others move after that is kept on top of the count.
 */
export function beginCount(
  { outbox, mirror, look }: CountPorts,
  { warehouseId, productId, bin }: Question<'work.begin-count'>,
): Reply<Answer<'work.begin-count'>> {
  const { epoch, seq } = mirror.cursor(warehouseScope(warehouseId))
  if (epoch === null) {
    return failed('not-ready', 'This station has not downloaded the stock of this warehouse yet.', true)
  }
  const includes = outbox
    .unsettled()
    .filter(({ effects }) =>
      effects.some(
        (effect) =>
          effect.on === 'bin' &&
          effect.warehouse_id === warehouseId &&
          effect.product_id === productId &&
          effect.bin === bin &&
          effect.onHand !== 0,
      ),
    )
    .map(({ id }) => canonical(id))
  if (includes.length > MOST_INCLUDED) {
    return failed('not-ready', 'Too much work on this bin waits to be sent. Count it when it was sent.', true)
  }
  const held = look.bins(warehouseId, productId).find((figures) => figures.bin === bin)
  return ok({ basis: { epoch, seq, on_hand: held?.onHand ?? 0, includes } })
}

import type { Command } from '#shared/domain/commands.ts'
import { MovementKind } from '#shared/domain/rows.ts'
import type { UnsettledMovement } from '#shared/protocol/ledger.ts'
import type { ValueParams } from '#shared/protocol/views.ts'
import type { MirrorReader } from '../mirror/mirror.ts'
import type { WorkReader } from '../outbox/work.ts'

/**
 * This station's work that the rows do not show yet, bin by bin: exactly what is drawn over the figures, so that a figure of the
 * server and these add up to what is on screen.
 */
export function unsettledMovements(
  params: ValueParams<'ledger.unsettled'>,
  mirror: Pick<MirrorReader, 'drawnMovements'>,
  work: Pick<WorkReader, 'detail'> | null,
): UnsettledMovement[] {
  return mirror.drawnMovements(params).map(({ mutationId, product, bin, quantity, isSent, drawnAt }) => {
    const item = work?.detail({ id: mutationId })?.item
    const command = item?.command
    return {
      id: `${mutationId} ${product.id} ${bin}`,
      mutationId,
      product,
      bin,
      quantity,
      kind: kindOf(command),
      reference: command && 'reference' in command ? command.reference : null,
      order: item?.order ?? null,
      stationId: command?.station_id ?? null,
      happenedAt: command ? Date.parse(command.happened_at) : drawnAt,
      at: isSent ? 'sent' : 'unsent',
    }
  })
}

function kindOf(command: Command | undefined): UnsettledMovement['kind'] {
  if (command?.kind === 'undo') return 'undo'
  const kind = MovementKind.safeParse(command?.kind)
  return kind.success ? kind.data : 'other'
}

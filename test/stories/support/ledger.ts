import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import type { UnsettledMovement } from '#shared/protocol/ledger.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import type { LedgerChannel } from '#engine/ledger/ledger-asks.ts'
import { askView } from './ask-view.ts'
import type { Terminal } from './terminal.ts'

/* Questions about the ledger, as a window would ask them. */

export const askLedger = <C extends LedgerChannel>(
  { engine, window }: Pick<Terminal, 'engine' | 'window'>,
  channel: C,
  question: Question<C>,
): Promise<Reply<Answer<C>>> => engine.ask(window, channel, question)

/** What this terminal has done to a product that the rows do not show yet, newest first. */
export const unsettledAt = (
  terminal: Terminal,
  { warehouseId, productId }: { warehouseId: WarehouseId; productId: ProductId },
): Promise<UnsettledMovement[]> =>
  askView(terminal, { name: 'ledger.unsettled', params: { warehouseId, productId } })

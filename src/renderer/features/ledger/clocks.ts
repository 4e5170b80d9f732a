import { LedgerClock } from '#shared/protocol/ledger.ts'
import { t } from '../../texts/text.ts'

/** By which of the two clocks of a movement a question is asked. */
export const clocks = LedgerClock.options.map((value) => ({ value, word: t(`chart.clock.${value}`) }))

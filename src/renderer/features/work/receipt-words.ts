import { unreachable } from '#shared/lib/must.ts'
import type { WorkItem } from '#shared/protocol/work.ts'
import { t } from '../../texts/text.ts'
import type { Names } from './names.ts'
import { refusalWords } from './refusal-words.ts'

/** Why what is saved is not sent at once, as far as it is not. */
export type Sending = 'now' | 'offline' | 'signed-out'

/** What a receipt says of its command, as it is now. */
export function receiptWords(item: WorkItem, names: Names, sending: Sending): string {
  if (item.undoneBy !== null) return t('receipt.undone')
  switch (item.state) {
    case 'queued':
      if (sending === 'now') return t('receipt.sending')
      return t(sending === 'offline' ? 'receipt.offline' : 'receipt.signed-out')
    case 'sending':
      return t(sending === 'now' ? 'receipt.sending' : 'receipt.unsure')
    case 'applied':
    case 'settled':
      return t('receipt.in-system')
    case 'refused':
      return t('receipt.refused', {
        sentence: item.refusal ? refusalWords(item.refusal, names, 'then') : '',
      }).trim()
    case 'discarded':
    case 'amended':
    case 'taken-back':
      return t(`receipt.${item.state}`)
    default:
      return unreachable(item.state)
  }
}

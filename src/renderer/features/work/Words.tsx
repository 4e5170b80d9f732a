import type { WorkItem } from '#shared/protocol/work.ts'
import { useNow } from '../../hooks/use-now.ts'
import { useWarehouses } from '../../hooks/use-status.ts'
import { commandWords } from './command-words.ts'
import { namesOf, type Names } from './names.ts'
import { refusalWords } from './refusal-words.ts'
import { troubleWords } from './trouble-words.ts'

/** The names of the things a piece of work is about, the warehouses' among them. */
export function useNames(item: Partial<Pick<WorkItem, 'product' | 'order' | 'command'>>): Names {
  const { value: warehouses } = useWarehouses()
  return namesOf(item, warehouses)
}

/** What was done, in plain words. */
export function CommandWords({ item }: { item: WorkItem }): React.ReactNode {
  const words = commandWords(item.command, useNames(item))
  return <span title={words}>{words}</span>
}

/** Why the server refused it, as far as it did. */
export function RefusalWords({ item }: { item: WorkItem }): React.ReactNode {
  const names = useNames(item)
  if (item.refusal === null) return null
  const words = refusalWords(item.refusal, names, wasOffline(item) ? 'offline' : 'then')
  return <span title={words}>{words}</span>
}

/** Only where it is known: what waited for another reason was not offline. */
export const wasOffline = ({ trouble }: WorkItem): boolean =>
  trouble?.because === 'no-network' || trouble?.because === 'no-answer'

/** Why it is not sent yet. */
export function TroubleWords({ item }: { item: WorkItem }): React.ReactNode {
  const { trouble, state } = item
  const isWaiting = state === 'queued' || state === 'sending'
  const words = useNow((now) => (trouble && isWaiting ? troubleWords(trouble, now) : ''))
  return words === '' ? null : <span title={words}>{words}</span>
}

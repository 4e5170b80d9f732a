import type { Outbox } from './outbox.ts'

/** An outbox that tells when something in it may be another than before, whoever changed it. */
export const watched = (outbox: Outbox, changed: () => void): Outbox => {
  const telling =
    <A extends readonly unknown[], R>(change: (...args: A) => R) =>
    (...args: A): R => {
      const result = change(...args)
      changed()
      return result
    }
  return {
    keep: telling((work) => outbox.keep(work)),
    get: (id) => outbox.get(id),
    unsent: () => outbox.unsent(),
    unsettled: () => outbox.unsettled(),
    page: (filter, offset, limit) => outbox.page(filter, offset, limit),
    counts: () => outbox.counts(),
    sending: telling((ids) => outbox.sending(ids)),
    answered: telling((outcomes) => outbox.answered(outcomes)),
    unanswered: telling((ids, fate, trouble) => outbox.unanswered(ids, fate, trouble)),
    settled: telling((ids) => outbox.settled(ids)),
    takeBack: telling((id) => outbox.takeBack(id)),
    undone: telling((id, by) => outbox.undone(id, by)),
    amended: telling((id, by) => outbox.amended(id, by)),
    discard: telling((id, reason) => outbox.discard(id, reason)),
    assign: telling((id, note) => outbox.assign(id, note)),
    close: () => outbox.close(),
  }
}

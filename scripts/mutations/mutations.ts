/** A rule broken on purpose: each edit replaces text that stands exactly once in its file. */
export interface Mutation {
  name: string
  /** The rule it breaks, by id; or `speed`, that nothing a person waits for grows with the warehouse. */
  rule: string
  /** What the console would do wrong. */
  harm: string
  edits: readonly { file: string; find: string; replace: string }[]
}

const engine = 'src/main/engine'

/** Ways in which sync engines went wrong before. */
export const mutations: readonly Mutation[] = [
  {
    name: 'apply-without-the-cursor',
    rule: 'M1',
    harm: 'rows and cursor are two transactions: a crash between them leaves rows that the cursor knows nothing of',
    edits: [
      {
        file: `${engine}/mirror/writer.ts`,
        find: '    this.scopes.moveTo(no, batch.epoch, batch.to, batch.serverTime)\n',
        replace:
          '    this.moveCursor = () => this.scopes.moveTo(no, batch.epoch, batch.to, batch.serverTime)\n',
      },
      {
        file: `${engine}/mirror/writer.ts`,
        find: '  private readonly buckets: BucketRepair\n',
        replace: '  private readonly buckets: BucketRepair\n  moveCursor = (): void => undefined\n',
      },
      {
        file: `${engine}/mirror/store.ts`,
        find: '      return applied\n    })\n',
        replace:
          "      return applied\n    })\n    if (result.kind === 'applied') this.write('cursor', 0, () => this.writer.moveCursor())\n",
      },
    ],
  },
  {
    name: 'advance-over-a-gap',
    rule: 'M3',
    harm: 'a live event moves the cursor although the one before it never came: what was in between is never asked for',
    edits: [
      {
        file: `${engine}/sync/intake.ts`,
        find: '  if (poke.from !== cursor.seq + 1 || poke.changes === undefined) return',
        replace: '  if (poke.changes === undefined) return',
      },
    ],
  },
  {
    name: 'trust-subscribed',
    rule: 'L3',
    harm: 'the status reads live as soon as the channels are joined, before anything was caught up',
    edits: [
      {
        file: `${engine}/sync/moves/catch-up.ts`,
        find: "  catchUp(link, null, moment, [{ do: 'catch-up', epoch: event.epoch, afterMs: 0 }])",
        replace: "  to({ ...common(link), at: 'live', since: moment.now, attempt: link.attempt })",
      },
    ],
  },
  {
    name: 'empty-means-gone',
    rule: 'M3',
    harm: 'a page without changes is taken for a scope without rows, and the mirror is emptied',
    edits: [
      {
        file: `${engine}/sync/pull.ts`,
        find: '    const withdrawn = withdrawnScopes(mirror, answer.granted)\n',
        replace:
          '    const withdrawn = withdrawnScopes(mirror, pages.filter(({ changes }) => changes.length > 0).map(({ scope }) => scope))\n',
      },
    ],
  },
  {
    name: 'ignore-epochs',
    rule: 'L1',
    harm: 'after a restore from a backup the new history is read with the numbers of the old one',
    edits: [
      {
        file: `${engine}/sync/intake.ts`,
        find: '    startOver: page.must_refetch,\n',
        replace: '    startOver: false,\n',
      },
      {
        file: `${engine}/sync/intake.ts`,
        find: '  if (cursor.epoch !== null && cursor.epoch !== page.epoch) return',
        replace: '  if (cursor.seq < 0) return',
      },
      {
        file: `${engine}/sync/intake.ts`,
        find: '  if (poke.epoch !== cursor.epoch) return',
        replace: '  if (cursor.seq < 0) return',
      },
      {
        file: `${engine}/mirror/store.ts`,
        find: '  return batch.from === cursor.seq && (cursor.epoch === null || cursor.epoch === batch.epoch)',
        replace: '  return batch.from <= cursor.seq',
      },
    ],
  },
  {
    name: 'drop-tombstones',
    rule: 'M3',
    harm: 'a row that was deleted, or moved to another warehouse, stays on the shelf for ever',
    edits: [
      {
        file: `${engine}/mirror/change-writer.ts`,
        find: '    if (row === null) {\n      this.base.remove(table, no, seq, id, touched)\n',
        replace: '    if (row === null) {\n',
      },
    ],
  },
  {
    name: 'let-old-connections-speak',
    rule: 'L1',
    harm: 'what a connection says after its end is taken for news of the present one',
    edits: [
      {
        file: `${engine}/sync/link-table.ts`,
        find: "  if ('epoch' in event && event.epoch !== link.epoch) return stay(link)\n",
        replace: '',
      },
    ],
  },
  {
    name: 'count-the-stock-anew',
    rule: 'speed',
    harm: 'whoever watches the totals counts all stock at every change: ten times the stock makes it ten times as slow',
    edits: [
      {
        file: `${engine}/mirror/reader.ts`,
        find: "'select state, lines, units_on_hand as units from stock_count where warehouse = ?',",
        replace:
          "'select state, count(*) as lines, sum(on_hand) as units from stock_line where warehouse = ? and state is not null group by state',",
      },
    ],
  },
]

import type { MutationId, UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Cursor } from '#shared/protocol/server.ts'
import { MirrorError } from '#engine/mirror/mirror.ts'
import type {
  Batch,
  Changeset,
  DrawnCommand,
  Fates,
  Mirror,
  OpenProblem,
  Overlay,
} from '#engine/mirror/mirror.ts'

export interface FakeMirror extends Mirror, Overlay {
  /** Every write is refused like this while it is set. */
  refuses: OpenProblem | null
  rows(scope: Scope): Map<string, Record<string, unknown>>
  /** Batches applied so far. */
  applied: Batch[]
  /** What is drawn now, with the heads it still waits for. */
  drawn(): DrawnCommand[]
}

const emptyChangeset = (everything = false, settled: MutationId[] = []): Changeset => ({
  tables: {},
  stock: new Map(),
  lines: [],
  orders: [],
  settled,
  everything,
})

/** A mirror in memory that keeps the port's rules: contiguous steps only, older rows never win, work is drawn until its heads came. */
export function fakeMirror(owner: UserId): FakeMirror {
  type Rows = Map<string, { seq: number; row: Record<string, unknown> | null }>
  const held = new Map<Scope, { cursor: Cursor; rows: Rows }>()
  const drawing = new Map<MutationId, DrawnCommand>()
  let asOf: number | null = null

  const refuse = (): void => {
    if (mirror.refuses) throw new MirrorError(mirror.refuses, `the disk says ${mirror.refuses}`)
  }
  const cursor = (scope: Scope): Cursor => held.get(scope)?.cursor ?? { scope, epoch: null, seq: 0 }

  /** Takes heads off what is drawn. @returns the commands that wait for none any more */
  const settle = (hasCome: (head: DrawnCommand['settles'][number]) => boolean): MutationId[] => {
    const settled: MutationId[] = []
    for (const command of drawing.values()) {
      if (command.at === 'station' || command.settles.length === 0) continue
      const settles = command.settles.filter((head) => !hasCome(head))
      drawing.set(command.id, { ...command, settles })
      if (settles.length > 0) continue
      drawing.delete(command.id)
      settled.push(command.id)
    }
    return settled
  }
  const heldAlready = ({ scope, seq }: DrawnCommand['settles'][number]): boolean =>
    !held.has(scope) || cursor(scope).seq >= seq
  const take = ({ drawn, erased }: Fates): MutationId[] => {
    for (const command of drawn) drawing.set(command.id, command)
    for (const id of erased) drawing.delete(id)
    return settle(heldAlready)
  }

  const mirror: FakeMirror = {
    refuses: null,
    applied: [],
    owner: () => owner,
    cursors: () => [...held.values()].map((scope) => scope.cursor),
    cursor,
    apply(batch) {
      refuse()
      const stands = cursor(batch.scope)
      const continues = batch.from === stands.seq && (stands.epoch === null || stands.epoch === batch.epoch)
      if (!batch.startOver && !continues) return { kind: 'gap', cursor: stands }
      const settled = batch.fates ? take(batch.fates) : []
      const rows: Rows = (batch.startOver ? null : held.get(batch.scope)?.rows) ?? (new Map() as Rows)
      for (const change of batch.changes) {
        if ((rows.get(change.id)?.seq ?? 0) < change.seq)
          rows.set(change.id, { seq: change.seq, row: change.row })
      }
      held.set(batch.scope, { cursor: { scope: batch.scope, epoch: batch.epoch, seq: batch.to }, rows })
      mirror.applied.push(batch)
      settled.push(
        ...settle(({ scope, seq }) => scope === batch.scope && (batch.startOver || seq <= batch.to)),
      )
      return { kind: 'applied', changeset: emptyChangeset(batch.startOver, settled), unreadable: [] }
    },
    openBulk() {
      const committed: Changeset[] = []
      let size = 0
      return {
        get size() {
          return size
        },
        async apply(batch) {
          const result = mirror.apply(batch)
          size += batch.changes.length
          if (result.kind === 'applied') committed.push(result.changeset)
          return result
        },
        end: () => committed.splice(0),
      }
    },
    drop(scopes) {
      refuse()
      for (const scope of scopes) held.delete(scope)
      return emptyChangeset(
        true,
        settle(({ scope }) => scopes.includes(scope)),
      )
    },
    digest: (scope) => ({ scope, epoch: cursor(scope).epoch ?? '', head: cursor(scope).seq, buckets: [] }),
    repair: () => ({ kind: 'outdated' }),
    asOf: () => asOf,
    markComplete(serverTime) {
      refuse()
      asOf = serverTime
    },
    redraw(commands) {
      refuse()
      drawing.clear()
      return emptyChangeset(false, take({ drawn: commands, erased: [] }))
    },
    draw(fates) {
      refuse()
      return emptyChangeset(false, take(fates))
    },
    look: () => ({
      ...{ warehouse: () => null, role: () => null, product: () => null, bins: () => [] },
      ...{
        order: () => null,
        orderByNumber: () => null,
        orderLine: () => null,
        orderLines: () => [],
        unreadUpTo: () => [],
      },
    }),
    drawn: () => [...drawing.values()],
    close: () => undefined,
    rows: (scope) =>
      new Map(
        [...(held.get(scope)?.rows ?? [])].flatMap(([id, { row }]) => (row ? [[id, row] as const] : [])),
      ),
  }
  return mirror
}

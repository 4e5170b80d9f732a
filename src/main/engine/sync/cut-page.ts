import type { ScopePage } from '#shared/protocol/server.ts'
import type { OwnRows } from './link-work.ts'

/**
 * A page that ends among the rows of one of this station's own commands is cut before the first of them. Such rows hold a part of
 * an effect that is drawn over them until all have come: for as long as the next page takes, it would count twice [O2].
 *
 * A command of more rows than a page holds is not waited for: the cut page would be empty, and nothing would ever come.
 */
export function cutAtOwnRows(page: ScopePage, ownRows: readonly OwnRows[]): ScopePage {
  const split = ownRows.find(
    ({ scope, after, to }) => scope === page.scope && page.from < after && after < page.to && page.to < to,
  )
  if (split === undefined) return page
  const changes = page.changes.filter(({ seq }) => seq <= split.after)
  return { ...page, to: split.after, has_more: true, changes }
}

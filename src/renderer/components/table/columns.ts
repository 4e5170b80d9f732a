import type { Row } from '../../bridge/model.ts'

/** One column of a table. Columns are constants: a row is drawn again only when its own object changes. */
export interface Column<R extends Row, Sort extends string = never> {
  readonly id: string
  readonly header: string
  /** Fixed width in CSS pixels, or a share of what is left. */
  readonly width: { readonly px: number } | { readonly share: number; readonly minPx: number }
  readonly align: 'start' | 'end'
  /** What the list is sorted by when its header is pressed; absent where it cannot be. */
  readonly sort?: Sort
  /** Left out when the table is narrower than this, in CSS pixels. */
  readonly hideBelowPx?: number
  cell(row: R): React.ReactNode
}

export function gridTemplate(columns: readonly Column<Row, string>[]): string {
  return columns
    .map(({ width }) => ('px' in width ? `${width.px}px` : `minmax(${width.minPx}px, ${width.share}fr)`))
    .join(' ')
}

/** The columns there is room for. A width of 0 is one not measured yet. */
export const visibleColumns = <C extends { hideBelowPx?: number }>(
  columns: readonly C[],
  widthPx: number,
): readonly C[] => columns.filter(({ hideBelowPx }) => widthPx === 0 || widthPx >= (hideBelowPx ?? 0))

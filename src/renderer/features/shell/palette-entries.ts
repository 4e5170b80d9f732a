import type { ProductId } from '#shared/domain/ids.ts'
import type { StockRow, WarehouseChoice } from '#shared/protocol/views.ts'
import type { ConsoleParts } from '../../hooks/console.tsx'
import { themeChoices } from '../../stores/preferences.ts'
import { screens } from '../../stores/screen.ts'
import type { WorkFiles } from '../work/use-work-files.ts'
import type { Windows } from './use-windows.ts'
import { t } from '../../texts/text.ts'

/** One place or action of the command palette. */
export interface PaletteEntry {
  readonly id: string
  readonly group: string
  readonly word: string
  readonly meta?: string
  run(): void
}

type Parts = Pick<ConsoleParts, 'screen' | 'preferences'> & {
  readonly files: WorkFiles
  readonly windows: Windows
  /** What else can be done in this warehouse. */
  readonly more: readonly PaletteEntry[]
}

/** What can be reached, in the order it is shown; products first, because they are what people type. */
export function paletteEntries(
  { screen, preferences, files, windows, more }: Parts,
  warehouses: readonly WarehouseChoice[],
  products: readonly StockRow[],
  text: string,
): PaletteEntry[] {
  const go = (id: ProductId) => () => screen.setState({ screen: 'stock', productId: id })
  const places: PaletteEntry[] = [
    ...screens.map((name) => ({
      id: `screen:${name}`,
      group: t('palette.group.screens'),
      word: t(`screen.${name}`),
      run: () => screen.setState({ screen: name }),
    })),
    ...(warehouses.length > 1 ? warehouses : []).map((warehouse) => ({
      id: `warehouse:${warehouse.id}`,
      group: t('palette.group.warehouses'),
      word: warehouse.name,
      meta: warehouse.code,
      run: () => preferences.setState({ warehouseId: warehouse.id }),
    })),
    ...more,
    {
      id: 'window:same',
      group: t('palette.group.windows'),
      word: t('window.same'),
      run: () => void windows.openSame(),
    },
    {
      id: 'window:board',
      group: t('palette.group.windows'),
      word: t('window.board'),
      run: () => void windows.openBoard(),
    },
    ...themeChoices.map((theme) => ({
      id: `theme:${theme}`,
      group: t('palette.group.settings'),
      word: t('palette.theme', { theme: t(`theme.${theme}`) }),
      run: () => preferences.setState({ theme }),
    })),
    {
      id: 'keys',
      group: t('palette.group.settings'),
      word: t('user.keys'),
      run: () => screen.setState({ overlay: 'keys' }),
    },
    {
      id: 'export',
      group: t('palette.group.settings'),
      word: t('file.export'),
      run: () => void files.exportUnsent(),
    },
    {
      id: 'import',
      group: t('palette.group.settings'),
      word: t('file.import'),
      run: () => void files.importUnsent(),
    },
    {
      id: 'sign-out',
      group: t('palette.group.settings'),
      word: t('user.sign-out'),
      run: () => screen.setState({ overlay: 'sign-out' }),
    },
  ]
  const found = products.map((row) => ({
    id: `product:${row.id}`,
    group: t('palette.group.products'),
    word: row.name,
    meta: row.sku,
    run: go(row.id),
  }))
  return [...found, ...places.filter((entry) => matches(entry, text))]
}

/** Every typed word begins a word of the entry. */
function matches({ word, meta, group }: PaletteEntry, text: string): boolean {
  const words = `${word} ${meta ?? ''} ${group}`.toLocaleLowerCase().split(/[\s:]+/)
  const typed = text.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return typed.every((part) => words.some((candidate) => candidate.startsWith(part)))
}

import { useEffect, useId, useRef, useState } from 'react'
import type { WarehouseId } from '#shared/domain/ids.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Dialog } from '../../components/Dialog.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useRealtimeInventory } from '../../hooks/use-realtime-inventory.ts'
import { t } from '../../texts/text.ts'
import { useDeskEntries } from '../alerts/use-desk-entries.ts'
import { useExportEntries } from '../paper/use-export-entries.ts'
import { useWorkFiles } from '../work/use-work-files.ts'
import { paletteEntries, type PaletteEntry } from './palette-entries.ts'
import { useWindows } from './use-windows.ts'
import s from './CommandPalette.module.css'

const PRODUCTS_SHOWN = 8

interface Props {
  readonly warehouses: readonly WarehouseChoice[]
  readonly warehouseId: WarehouseId | null
  onClose(): void
}

/** Goes anywhere: type a part of it, choose with the arrows, Enter. */
export function CommandPalette({ warehouses, warehouseId, onClose }: Props): React.ReactNode {
  const parts = useConsole()
  const files = useWorkFiles()
  const windows = useWindows()
  const desk = useDeskEntries(warehouseId)
  const more = [...useExportEntries(), ...desk]
  const id = useId()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const search = text.trim()
  const found = useRealtimeInventory(search === '' ? null : warehouseId, {
    search,
    filter: 'all',
    sort: 'sku',
    direction: 'asc',
  })
  // Until it is answered the list is that of an earlier search, and a quick Enter would open one of those.
  const isAnswered = search !== '' && !found.list.isAsking
  const products = isAnswered ? (found.list.shown?.rows.slice(0, PRODUCTS_SHOWN) ?? []) : []
  const entries = paletteEntries({ ...parts, files, windows, more }, warehouses, products, search)
  const at = Math.min(chosen, entries.length - 1)

  function run(entry: PaletteEntry | undefined): void {
    if (!entry) return
    onClose()
    entry.run()
  }

  function onKeyDown(event: React.KeyboardEvent): void {
    if (event.key === 'ArrowDown') setChosen((at + 1) % entries.length)
    else if (event.key === 'ArrowUp') setChosen((at - 1 + entries.length) % entries.length)
    else if (event.key === 'Enter') run(entries[at])
    else return
    event.preventDefault()
  }

  return (
    <Dialog title={t('palette.title')} width="wide" onClose={onClose}>
      <input
        // The palette is opened to type into it.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        className={s['input']}
        role="combobox"
        aria-label={t('palette.title')}
        aria-expanded
        aria-controls={id}
        aria-activedescendant={entries[at] ? `${id}${entries[at].id}` : undefined}
        placeholder={t('palette.placeholder')}
        value={text}
        maxLength={200}
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value)
          setChosen(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div id={id} role="listbox" aria-label={t('palette.title')} className={s['list']}>
        {entries.map((entry, index) => (
          <Option
            key={entry.id}
            domId={`${id}${entry.id}`}
            entry={entry}
            heading={entry.group === entries[index - 1]?.group ? null : entry.group}
            isChosen={index === at}
            onRun={() => run(entry)}
          />
        ))}
      </div>
      {entries.length === 0 && <p className={s['none']}>{t('palette.none', { search })}</p>}
    </Dialog>
  )
}

function Option(props: {
  domId: string
  entry: PaletteEntry
  heading: string | null
  isChosen: boolean
  onRun: () => void
}): React.ReactNode {
  const { entry, isChosen } = props
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isChosen) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [isChosen])
  return (
    <>
      {props.heading !== null && (
        <div className={s['heading']} role="presentation">
          {props.heading}
        </div>
      )}
      {/* The combobox has the focus and the keys; the pointer acts on the option. */}
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus */}
      <div
        ref={ref}
        id={props.domId}
        role="option"
        aria-selected={isChosen}
        className={s['option']}
        onClick={props.onRun}
      >
        <span className={s['word']}>{entry.word}</span>
        {entry.meta !== undefined && <span className={s['meta']}>{entry.meta}</span>}
      </div>
    </>
  )
}

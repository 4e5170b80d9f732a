import { useEffect, useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { useVirtualizer } from '@tanstack/react-virtual'

/*
 * Stock as most tutorials on Supabase and React show it: all rows in a state array, mapped on each event; drawn as a list, or, for
 * those who have read on, as a virtual one.
 */

interface Stock {
  id: number
  sku: string
  name: string
  bin: string
  onHand: number
  allocated: number
}

const query = new URLSearchParams(location.search)
const COUNT = Number(query.get('rows'))
const ROW_PX = 36

const fetched = (): Stock[] =>
  Array.from({ length: COUNT }, (_, id) => ({
    id,
    sku: `SKU-${String(id).padStart(6, '0')}`,
    name: `SET OF ${id % 97} VINTAGE MUG ${id}`,
    bin: `A-${id % 50}-${id % 7}`,
    onHand: (id * 31) % 300,
    allocated: id % 5,
  }))

function useStock(): Stock[] {
  const [stock, setStock] = useState(fetched)
  useEffect(() => {
    const changed = (event: Event): void => {
      const row = (event as CustomEvent<Pick<Stock, 'id' | 'onHand'>>).detail
      setStock((rows) => rows.map((each) => (each.id === row.id ? { ...each, ...row } : each)))
    }
    addEventListener('stock', changed)
    return () => removeEventListener('stock', changed)
  }, [])
  return stock
}

function Row({ row, style }: { row: Stock; style?: React.CSSProperties }) {
  return (
    <div role="row" className="row" style={style}>
      <span>{row.sku}</span>
      <span>{row.name}</span>
      <span>{row.bin}</span>
      <span data-figure>{row.onHand}</span>
      <span>{row.onHand - row.allocated}</span>
    </div>
  )
}

function List() {
  return (
    <div className="scroll" role="grid">
      {useStock().map((row) => (
        <Row key={row.id} row={row} />
      ))}
    </div>
  )
}

function VirtualList() {
  const stock = useStock()
  const scrolled = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: stock.length,
    getScrollElement: () => scrolled.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  })
  return (
    <div ref={scrolled} className="scroll virtual" role="grid">
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <Row key={stock[index]!.id} row={stock[index]!} style={{ transform: `translateY(${start}px)` }} />
        ))}
      </div>
    </div>
  )
}

createRoot(document.getElementById('root')!).render(query.get('as') === 'list' ? <List /> : <VirtualList />)

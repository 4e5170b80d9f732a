import { useState } from 'react'
import type { CountBasis } from '#shared/domain/commands.ts'
import { t } from '../../../texts/text.ts'
import { useSubmit, type Submit } from '../use-submit.ts'
import { checked, draftOf, firstEntries, type About, type Entries } from './entries.ts'

export interface StockForm {
  readonly entries: Entries
  readonly submit: Submit
  set(some: Partial<Entries>): void
  /** What is wrong with a field of the command, once somebody has tried to save it. */
  fault(field: string): string | null
  save(basis?: CountBasis): void
}

/** The entries of a form about stock: held to the command's own schema, kept under one mutation id. */
export function useStockForm(about: About, firstBin: string, onClose: () => void): StockForm {
  const [entries, setEntries] = useState(() => firstEntries(about, firstBin))
  const [isTried, setIsTried] = useState(false)
  const submit = useSubmit(about.amends?.id ?? null, onClose)
  const check = (basis: CountBasis | null): ReturnType<typeof checked> =>
    checked(draftOf(about, entries, submit.id, basis))
  const result = check(null)
  const faults = isTried && 'faults' in result ? result.faults : {}
  return {
    entries,
    submit,
    set(some) {
      setEntries((was) => ({ ...was, ...some }))
      submit.clear()
    },
    fault(field) {
      const key = faults[field]
      return key === undefined ? null : t(key)
    },
    save(basis) {
      setIsTried(true)
      const checkedNow = check(basis ?? null)
      if ('command' in checkedNow) void submit.submit(checkedNow.command)
    },
  }
}

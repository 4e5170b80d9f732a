import { useState } from 'react'
import type { UserId, WarehouseId } from '#shared/domain/ids.ts'
import { PickField } from '../../components/PickField.tsx'
import { usePeople } from '../../hooks/use-people.ts'
import { listed, t } from '../../texts/text.ts'

const OFFERED = 4

interface Props {
  readonly warehouseId: WarehouseId
  readonly warehouse: string
  readonly chosenId: UserId | null
  readonly error: string | null
  readonly isDisabled: boolean
  onChoose(id: UserId | null): void
}

/** Somebody of a warehouse, by name; beside it where they are signed in now, or else their role. */
export function PersonField({ warehouseId, warehouse, onChoose, ...props }: Props): React.ReactNode {
  const people = usePeople(warehouseId)
  const [text, setText] = useState('')
  const wanted = text.trim().toLocaleLowerCase()
  const found = wanted === '' ? [] : people.filter(({ name }) => name.toLocaleLowerCase().includes(wanted))
  const offered = found.slice(0, OFFERED).map(({ userId, name, role, stations }) => ({
    id: userId,
    word: name,
    meta: stations.length > 0 ? listed(stations) : t(`role.${role ?? 'none'}`),
  }))
  return (
    <PickField
      {...props}
      label={t('message.to.person')}
      text={text}
      offered={offered}
      none={
        wanted !== '' && people.length > 0 && found.length === 0
          ? t('message.to.person.none', { warehouse })
          : null
      }
      onType={(typed) => {
        setText(typed)
        onChoose(null)
      }}
      onChoose={(pick) => {
        setText(pick.word)
        onChoose(people.find(({ userId }) => userId === pick.id)?.userId ?? null)
      }}
    />
  )
}

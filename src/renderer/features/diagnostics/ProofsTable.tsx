import type { Proof } from '#shared/protocol/diagnostics.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { LocalTime } from './Moments.tsx'
import { PartTable } from './Part.tsx'
import { Sign } from './Sign.tsx'
import { proofSign, scopeName } from './words.ts'

const AT_FIRST = 8

const heads = [
  { word: t('proof.column.when') },
  { word: t('proof.column.what') },
  { word: t('proof.column.outcome') },
  { word: t('proof.column.compared'), align: 'end' },
] as const

interface Props {
  readonly proofs: readonly Proof[]
  readonly warehouses: readonly WarehouseChoice[]
}

/** The last comparisons with the server, newest first, and what came of each. */
export function ProofsTable({ proofs, warehouses }: Props): React.ReactNode {
  return (
    <PartTable
      title={t('proof.title')}
      rows={proofs}
      atFirst={AT_FIRST}
      heads={heads}
      empty={t('proof.empty')}
      row={(proof) => (
        <tr key={`${proof.at} ${proof.scope}`}>
          <th scope="row">
            <LocalTime at={proof.at} />
          </th>
          <td>{scopeName(proof.scope, warehouses)}</td>
          <td>
            <Sign sign={proofSign(proof)} />
          </td>
          <td data-align="end">{comparedOf(proof)}</td>
        </tr>
      )}
    />
  )
}

/** Groups that were changing at that moment are left for the next comparison, and said to be. */
function comparedOf({ compared, changing }: Proof): string {
  if (changing === 0) return formatNumber(compared)
  return t('proof.compared', { compared, all: compared + changing })
}

import type { ScopeProgress } from '#shared/protocol/diagnostics.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { LocalAge } from './Moments.tsx'
import { PartTable } from './Part.tsx'
import { Sign } from './Sign.tsx'
import { proofSign, scopeName, scopeSign } from './words.ts'

const AT_FIRST = 12

const heads = [
  { word: t('scope.column.what') },
  { word: t('scope.column.state') },
  { word: t('scope.column.number'), align: 'end' },
  { word: t('scope.column.compared') },
] as const

interface Props {
  readonly scopes: readonly ScopeProgress[]
  readonly warehouses: readonly WarehouseChoice[]
}

/** What is shared with this computer, how far each is, and when it was last held against the server. */
export function ScopesTable({ scopes, warehouses }: Props): React.ReactNode {
  return (
    <PartTable
      title={t('scope.title')}
      rows={scopes}
      atFirst={AT_FIRST}
      heads={heads}
      empty={t('scope.empty')}
      row={(progress) => (
        <tr key={progress.scope}>
          <th scope="row">{scopeName(progress.scope, warehouses)}</th>
          <td>
            <Sign sign={scopeSign(progress)} />
          </td>
          <td data-align="end">{numberOf(progress)}</td>
          <td>{progress.proof ? <Compared proof={progress.proof} /> : t('scope.never-compared')}</td>
        </tr>
      )}
    />
  )
}

/** Both numbers only where they differ. */
function numberOf({ cursor, head }: ScopeProgress): string {
  if (head === null || head <= cursor) return formatNumber(cursor)
  return t('scope.number', { cursor, head })
}

function Compared({ proof }: { proof: NonNullable<ScopeProgress['proof']> }): React.ReactNode {
  return (
    <>
      <Sign sign={proofSign(proof)} /> <LocalAge at={proof.at} />
    </>
  )
}

import type { Diagnostics } from '#shared/protocol/diagnostics.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { About } from '../../hooks/console.tsx'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import type { ShownStatus } from '../shell/shown-status.ts'
import { factsOf } from './facts.ts'
import { judge } from './verdict.ts'
import { proofSign, scopeName, scopeSign } from './words.ts'

interface Contents {
  readonly status: ShownStatus
  readonly diagnostics: Diagnostics
  readonly warehouses: readonly WarehouseChoice[]
  readonly about: About | null
}

/**
 * Everything of the screen as plain text, to be sent to somebody: no key, no token, no email, no row of stock. Moments
 * are in UTC, because the reader may sit elsewhere.
 */
export function writeReport({ status, diagnostics, warehouses, about }: Contents, now: Millis): string {
  const verdict = judge({ status, diagnostics, warehouses }, now)
  const name = (scope: Parameters<typeof scopeName>[0]): string => scopeName(scope, warehouses)
  return [
    t('report.title', { at: utc(now) }),
    ...(about ? [t('report.version', { version: about.version, runtime: about.runtime })] : []),
    '',
    verdict.headline,
    ...verdict.more,
    ...section(
      t('mirror.title'),
      factsOf(status, diagnostics, now).map(({ name: what, value }) => `${what}: ${value}`),
    ),
    ...section(
      t('scope.title'),
      diagnostics.scopes.map((scope) =>
        [
          name(scope.scope),
          scopeSign(scope).word,
          `${formatNumber(scope.cursor)} / ${scope.head === null ? '?' : formatNumber(scope.head)}`,
          scope.proof ? `${proofSign(scope.proof).word} ${utc(scope.proof.at)}` : t('scope.never-compared'),
        ].join(' | '),
      ),
    ),
    ...section(
      t('proof.title'),
      diagnostics.proofs.map((proof) =>
        [utc(proof.at), name(proof.scope), proofSign(proof).word, formatNumber(proof.compared)].join(' | '),
      ),
    ),
    ...section(
      t('report.moves'),
      diagnostics.history.map(({ at, from, to, by, because }) =>
        [utc(at), `${from} > ${to}`, because === null ? by : `${by}: ${because}`].join(' | '),
      ),
    ),
    '',
  ].join('\n')
}

const section = (title: string, lines: readonly string[]): string[] => [
  '',
  title,
  ...(lines.length === 0 ? [t('report.none')] : lines),
]

const utc = (at: Millis): string => new Date(at).toISOString()

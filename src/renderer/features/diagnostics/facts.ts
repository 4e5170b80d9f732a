import type { Diagnostics, MirrorHealth } from '#shared/protocol/diagnostics.ts'
import type { Millis } from '#shared/lib/time.ts'
import { formatAge, formatBytes, formatDuration, formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { clockErrorMs, type ShownStatus } from '../shell/shown-status.ts'

export interface Fact {
  readonly name: string
  readonly value: string
  /** Somebody has to look at it. */
  readonly isBad?: boolean
}

/** What IT asks of one computer, name by name. */
export function factsOf(status: ShownStatus, diagnostics: Diagnostics, now: Millis): Fact[] {
  const { mirror, feed, misses, rowsRepaired } = diagnostics
  return [
    { name: t('mirror.file'), value: mirror ? fileSize(mirror) : t('mirror.none') },
    ...(mirror ? [integrityFact(mirror, now)] : []),
    { name: t('mirror.feed'), value: t(`mirror.feed.${feed}`) },
    { name: t('mirror.misses'), value: formatNumber(misses) },
    { name: t('mirror.repaired'), value: formatNumber(rowsRepaired) },
    ...(mirror
      ? [
          {
            name: t('mirror.unreadable'),
            value: formatNumber(mirror.unreadableRows),
            isBad: mirror.unreadableRows > 0,
          },
          { name: t('mirror.schema'), value: formatNumber(mirror.schemaVersion) },
        ]
      : []),
    clockFact(status),
    { name: t('mirror.server'), value: serverName(status) },
  ]
}

function fileSize({ fileBytes, logBytes }: MirrorHealth): string {
  const size = formatBytes(fileBytes)
  return logBytes === 0 ? size : t('mirror.file.value', { size, log: formatBytes(logBytes) })
}

function integrityFact({ integrity }: MirrorHealth, now: Millis): Fact {
  const name = t('mirror.integrity')
  if (!integrity) return { name, value: t('mirror.integrity.unchecked') }
  if (!integrity.sound)
    return {
      name,
      value: t('mirror.integrity.damaged', { problems: integrity.problems.join('; ') }),
      isBad: true,
    }
  return { name, value: t('mirror.integrity.sound', { age: formatAge(now - integrity.at, t('age.now')) }) }
}

function clockFact(status: ShownStatus): Fact {
  const name = t('mirror.clock')
  if (status.clockOffsetMs === null) return { name, value: t('mirror.clock.unknown') }
  const errorMs = clockErrorMs(status)
  if (errorMs === 0) return { name, value: t('mirror.clock.right') }
  const amount = formatDuration(Math.abs(errorMs), 'long')
  return { name, value: t(errorMs > 0 ? 'clock.fast' : 'clock.slow', { amount }), isBad: true }
}

/** Its host: an address may carry a name and a password of somebody. */
function serverName({ server }: ShownStatus): string {
  if (!server) return t('mirror.server.none')
  if (server.embedded) return t('note.embedded')
  return URL.canParse(server.url) ? new URL(server.url).host : ''
}

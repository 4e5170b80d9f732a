import { Pencil } from 'lucide-react'
import type { FleetStation } from '#shared/protocol/fleet.ts'
import { Age } from '../../components/Age.tsx'
import { Button } from '../../components/Button.tsx'
import { Fact } from '../../components/Fact.tsx'
import { Moment } from '../../components/Moment.tsx'
import { Pane } from '../../components/Pane.tsx'
import { PanePart } from '../../components/PanePart.tsx'
import { SECOND_MS } from '#shared/lib/time.ts'
import { formatDuration, formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { SeenAt } from './columns.tsx'
import { linkWord, PresenceMark, userWord } from './presence.tsx'
import s from './fleet.module.css'

interface Props {
  /** Null when it is not listed (any more). */
  readonly station: FleetStation | null
  onRename(): void
  onClose(): void
}

/** One station: every fact that it told of itself, in words, and how old they are. */
export function StationPane({ station, onRename, onClose }: Props): React.ReactNode {
  return (
    <Pane
      label={t('fleet.station.label', { station: station?.name ?? '' })}
      closeLabel={t('fleet.station.close')}
      head={station && <PresenceMark presence={station.presence} />}
      gone={station ? null : { title: t('fleet.gone.title'), next: t('fleet.gone.next') }}
      onClose={onClose}
    >
      {station && (
        <>
          <h2 className={s['pane-title']}>{station.name}</h2>
          <p className={s['second']}>
            {t(`fleet.kind.${station.kind}`)}
            {station.isThis && ` · ${t('fleet.this')}`}
          </p>
          <p className={s['said']}>{presenceSentence(station)}</p>
          <Facts station={station} />
          {station.isThis && (
            <div className={s['rename']}>
              {' '}
              <Button onPress={onRename}>
                <Pencil size={14} aria-hidden />
                {t('fleet.rename')}
              </Button>
            </div>
          )}
        </>
      )}
    </Pane>
  )
}

function presenceSentence({ isThis, presence, unsent }: FleetStation): string {
  if (isThis) return t('fleet.said.this')
  if (presence === 'silent' && unsent > 0) return t('fleet.said.silent.unsent', { count: unsent })
  return t(`fleet.said.${presence}`)
}

function Facts({ station }: { station: FleetStation }): React.ReactNode {
  const { behind, completeAsOf, oldestUnsentAt, lastScanAt, clockOffsetMs, expectedBy } = station
  return (
    <PanePart>
      <dl>
        <Fact name={t('fleet.fact.user')}>{userWord(station)}</Fact>
        <Fact name={t('fleet.fact.seen')}>
          <SeenAt row={station} />
        </Fact>
        {expectedBy !== null && (
          <Fact name={t('fleet.fact.expected')}>
            <Moment at={expectedBy} />
          </Fact>
        )}
        <Fact name={t('fleet.fact.link')}>{linkWord(station)}</Fact>
        <Fact name={t('fleet.fact.complete')}>{completeAsOf === null ? '–' : <Age at={completeAsOf} />}</Fact>
        <Fact name={t('fleet.fact.behind')}>
          {behind === null
            ? '–'
            : behind === 0
              ? t('fleet.behind.none')
              : t('fleet.behind', { count: behind })}
        </Fact>
        <Fact name={t('fleet.fact.unsent')}>{formatNumber(station.unsent)}</Fact>
        {oldestUnsentAt !== null && (
          <Fact name={t('fleet.fact.oldest')}>
            <Age at={oldestUnsentAt} />
          </Fact>
        )}
        <Fact name={t('fleet.fact.refused')}>{formatNumber(station.refused)}</Fact>
        <Fact name={t('fleet.fact.scan')}>{lastScanAt === null ? '–' : <Age at={lastScanAt} />}</Fact>
        <Fact name={t('fleet.fact.clock')}>{clockWord(clockOffsetMs)}</Fact>
        <Fact name={t('fleet.fact.version')}>{station.version ?? '–'}</Fact>
      </dl>
    </PanePart>
  )
}

/** Answers travel for seconds at worst: a clock further off is wrong. */
const CLOCK_TOLERANCE_MS = 30 * SECOND_MS

function clockWord(offsetMs: number | null): string {
  if (offsetMs === null) return '–'
  if (Math.abs(offsetMs) <= CLOCK_TOLERANCE_MS) return t('fleet.clock.right')
  const amount = formatDuration(Math.abs(offsetMs), 'long')
  return t(offsetMs > 0 ? 'fleet.clock.fast' : 'fleet.clock.slow', { amount })
}

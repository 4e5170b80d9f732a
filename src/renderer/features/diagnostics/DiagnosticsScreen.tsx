import { useEffect, useRef } from 'react'
import { ArrowLeft } from 'lucide-react'
import type { Diagnostics } from '#shared/protocol/diagnostics.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { Message } from '../../components/Message.tsx'
import { Shape } from '../../components/Shape.tsx'
import { useConsole, type About } from '../../hooks/console.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { useShortcut } from '../../hooks/use-shortcut.ts'
import { useDiagnostics, useWarehouses } from '../../hooks/use-status.ts'
import { t } from '../../texts/text.ts'
import { freshnessSigns } from '../shell/FreshnessBar.tsx'
import { ListMessage } from '../shell/ListMessage.tsx'
import type { ShownStatus } from '../shell/shown-status.ts'
import { CopyReport } from './CopyReport.tsx'
import { factsOf, type Fact } from './facts.ts'
import { HistoryTable } from './HistoryTable.tsx'
import { LinkStrip } from './LinkStrip.tsx'
import { Part } from './Part.tsx'
import { ProofsTable } from './ProofsTable.tsx'
import { writeReport } from './report.ts'
import { ScopesTable } from './ScopesTable.tsx'
import { spellsOf } from './spells.ts'
import { judge, type Verdict } from './verdict.ts'
import s from './diagnostics.module.css'

interface Props {
  readonly status: ShownStatus
  readonly about: About | null
  readonly back: { readonly word: string; go(): void }
}

/** How well this station follows the server: a sentence for the supervisor, tables for IT, a report to send. */
export function DiagnosticsScreen({ status, about, back }: Props): React.ReactNode {
  const { clock } = useConsole()
  const { value, error } = useDiagnostics()
  const { value: warehouses = [] } = useWarehouses()
  const contents = useRef<HTMLDivElement>(null)
  useShortcut('Escape', back.go)
  // Keys scroll it from the first moment.
  useEffect(() => contents.current?.focus({ preventScroll: true }), [])
  return (
    <section className={s['screen']} aria-label={t('screen.diagnostics')}>
      <header className={s['header']}>
        <h2 className={s['title']}>{t('screen.diagnostics')}</h2>
        {value && (
          <CopyReport
            write={() => writeReport({ status, diagnostics: value, warehouses, about }, clock.now())}
          />
        )}
        <Button onPress={back.go}>
          <ArrowLeft size={14} aria-hidden />
          {back.word}
        </Button>
      </header>
      {/* What scrolls must take the focus, or the keyboard cannot scroll it. */}
      <div
        ref={contents}
        className={s['contents']}
        role="region"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={t('diagnostics.contents')}
      >
        {value ? (
          <Contents status={status} diagnostics={value} warehouses={warehouses} />
        ) : error && error.code !== 'not-ready' ? (
          <ListMessage status={status} error={error} />
        ) : (
          <Message title={t('diagnostics.loading')}>{t('diagnostics.loading.next')}</Message>
        )}
      </div>
    </section>
  )
}

interface ContentsProps {
  readonly status: ShownStatus
  readonly diagnostics: Diagnostics
  readonly warehouses: readonly WarehouseChoice[]
}

function Contents({ status, diagnostics, warehouses }: ContentsProps): React.ReactNode {
  const spells = spellsOf(diagnostics.history)
  return (
    <div className={s['parts']}>
      <VerdictLine status={status} diagnostics={diagnostics} warehouses={warehouses} />
      <LinkStrip spells={spells} />
      <div className={s['columns']}>
        <div className={s['column']}>
          <ScopesTable scopes={diagnostics.scopes} warehouses={warehouses} />
          <ProofsTable proofs={diagnostics.proofs} warehouses={warehouses} />
        </div>
        <div className={s['column']}>
          <HistoryTable spells={spells} />
          <Facts status={status} diagnostics={diagnostics} />
        </div>
      </div>
    </div>
  )
}

function VerdictLine(props: ContentsProps): React.ReactNode {
  const { tone, headline, more } = JSON.parse(useNow((now) => JSON.stringify(judge(props, now)))) as Verdict
  return (
    <div className={s['verdict']} data-tone={tone}>
      <Shape {...freshnessSigns[tone]} />
      <div>
        <p className={s['headline']}>{headline}</p>
        {more.length > 0 && <p className={s['second']}>{more.join(' ')}</p>}
      </div>
    </div>
  )
}

function Facts({ status, diagnostics }: Omit<ContentsProps, 'warehouses'>): React.ReactNode {
  const facts = JSON.parse(useNow((now) => JSON.stringify(factsOf(status, diagnostics, now)))) as Fact[]
  return (
    <Part title={t('mirror.title')}>
      <dl className={s['facts']}>
        {facts.map(({ name, value, isBad }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd data-bad={isBad || undefined}>{value}</dd>
          </div>
        ))}
      </dl>
    </Part>
  )
}

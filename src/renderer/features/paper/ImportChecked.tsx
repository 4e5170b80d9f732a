import type { ImportCheck } from '#shared/protocol/import.ts'
import { Button } from '../../components/Button.tsx'
import { Fact } from '../../components/Fact.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { importParts, problemWords } from './import-words.ts'
import type { usePaperAsk } from './use-paper-ask.ts'
import s from './paper.module.css'

interface Props {
  readonly file: string
  readonly check: ImportCheck
  readonly warehouse: string
  readonly offline: React.ReactNode
  readonly asking: ReturnType<typeof usePaperAsk>
  onGo(): void
  onChoose(): void
  onForget(): void
}

const ERRORS_SHOWN = 100

/** What a dry run found: what would come of the file, which columns are which, and the lines that cannot be used. */
export function ImportChecked(props: Props): React.ReactNode {
  const { file, check, warehouse, asking } = props
  const planned = importParts.filter((part) => check.planned[part] > 0)
  return (
    <div className={s['part']}>
      <div className={s['column']}>
        <header className={s['checked']}>
          <div>
            <h3 className={s['heading']}>{file}</h3>
            <p className={s['next']}>
              {t(`import.kind.${check.kind}`)} · {t('import.checked.lines', { count: check.lines })} ·{' '}
              <span role="status">{t('import.dry-run')}</span>
            </p>
            {props.offline}
          </div>
          <div className={s['actions']}>
            <Button look="main" isDisabled={planned.length === 0 || asking.isBusy} onPress={props.onGo}>
              {check.skipped === 0
                ? t('import.go', { warehouse })
                : t('import.go-without', { count: check.skipped })}
            </Button>
            <Button onPress={props.onChoose}>{t('import.choose-other')}</Button>
            <Button onPress={props.onForget}>{t('import.forget')}</Button>
          </div>
        </header>
        <div className={s['found']}>
          <section>
            <h4 className={s['subheading']}>{t('import.planned', { warehouse })}</h4>
            {planned.length === 0 && <p className={s['next']}>{t('import.nothing')}</p>}
            <dl>
              {planned.map((part) => (
                <Fact key={part} name={t(`import.part.${part}`)}>
                  {formatNumber(check.planned[part])}
                </Fact>
              ))}
            </dl>
          </section>
          <Mapping check={check} />
        </div>
        <Errors check={check} asking={asking} />
      </div>
    </div>
  )
}

function Mapping({ check }: { check: ImportCheck }): React.ReactNode {
  return (
    <section>
      <h4 className={s['subheading']}>{t('import.mapping')}</h4>
      <dl>
        {check.columns.map(({ column, heading }) => (
          <Fact key={column} name={column}>
            {heading === null ? (
              <span className={s['meta']}>{t('import.mapping.absent')}</span>
            ) : (
              t('import.mapping.from', { heading })
            )}
          </Fact>
        ))}
      </dl>
      {check.ignored.length > 0 && (
        <p className={s['meta']}>{t('import.mapping.ignored', { columns: check.ignored.join(', ') })}</p>
      )}
    </section>
  )
}

function Errors({ check, asking }: Pick<Props, 'check' | 'asking'>): React.ReactNode {
  const { tray } = useConsole()
  if (check.skipped === 0) return <p className={s['next']}>{t('import.errors.none')}</p>
  const headings = {
    line: t('import.errors.line'),
    column: t('import.errors.column'),
    value: t('import.errors.value'),
    problem: t('import.errors.problem'),
  }
  async function save(): Promise<void> {
    const saved = await asking.ask('import.save-errors', { headings, words: problemWords() })
    if (saved?.file) tray.note(t('import.errors.saved', { file: saved.file }))
  }
  const shown = check.errors.slice(0, ERRORS_SHOWN)
  return (
    <section>
      <header className={s['checked']}>
        <div>
          <h4 className={s['subheading']}>{t('import.errors', { count: check.skipped })}</h4>
          <p className={s['next']}>
            {t('import.errors.next')}
            {shown.length < check.skipped && ` ${t('import.errors.first', { count: shown.length })}`}
          </p>
        </div>
        <Button onPress={() => void save()}>{t('import.errors.save')}</Button>
      </header>
      <table className={s['errors']} aria-label={t('import.errors.label')}>
        <thead>
          <tr>
            <th scope="col">{headings.line}</th>
            <th scope="col">{headings.column}</th>
            <th scope="col">{headings.value}</th>
            <th scope="col">{headings.problem}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((error) => (
            <tr key={error.line}>
              <td className={s['number']}>{formatNumber(error.line)}</td>
              <td>{error.column ?? ''}</td>
              <td className={s['says']}>{error.value}</td>
              <td>{t(`import.row.${error.problem}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

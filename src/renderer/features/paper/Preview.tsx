import { useEffect, useState } from 'react'
import { Printer, TriangleAlert } from 'lucide-react'
import type { Answer } from '#shared/protocol/contract.ts'
import type { PaperJob } from '#shared/protocol/paper.ts'
import type { Page } from '#shared/paper/page.ts'
import { asIpcError } from '../../bridge/client.ts'
import { Message } from '../../components/Message.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'
import { PageDrawing } from './PageDrawing.tsx'
import s from './paper.module.css'

type Shown =
  { at: 'loading' } | { at: 'drawn'; answer: Answer<'paper.preview'> } | { at: 'failed'; why: string }

/** Who types is not asked for a page after each letter. */
const PAUSE_MS = 150

/** The pages of a job as they will be printed. */
export function Preview({ kind, job }: { kind: PaperJob['kind']; job: PaperJob | null }): React.ReactNode {
  const { client } = useConsole()
  const [shown, setShown] = useState<Shown>({ at: 'loading' })
  useEffect(() => {
    if (job === null) return
    let isOld = false
    const timer = setTimeout(() => {
      client.ask('paper.preview', { job, from: 0 }).then(
        (answer) => !isOld && setShown({ at: 'drawn', answer }),
        (caught: unknown) => {
          if (!isOld) setShown({ at: 'failed', why: t(`error.${asIpcError('paper.preview', caught).code}`) })
        },
      )
    }, PAUSE_MS)
    return () => {
      isOld = true
      clearTimeout(timer)
    }
  }, [client, job])

  if (job === null)
    return (
      <Message icon={<Printer size={20} />} title={t('preview.nothing.title')}>
        {t(`preview.nothing.${kind}`)}
      </Message>
    )
  if (shown.at === 'loading') return <Message title={t('preview.loading')} />
  if (shown.at === 'failed')
    return (
      <Message icon={<TriangleAlert size={20} />} title={t('preview.failed.title')}>
        {shown.why}
      </Message>
    )
  const { pages, total, missing } = shown.answer
  return (
    // Reached by Tab, so that the keyboard can scroll it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={s['preview']} aria-label={t('preview.title')} tabIndex={0}>
      <p className={s['count']} role="status">
        {t('preview.pages', { count: total })}
        {pages.length < total && ` · ${t('preview.first', { count: pages.length })}`}
      </p>
      {missing.length > 0 && (
        <p className={s['missing']}>{t('preview.missing', { letters: missing.slice(0, 20).join(' ') })}</p>
      )}
      <div className={s['pages']}>
        {pages.map((page, at) => (
          <PageDrawing
            key={at}
            page={page}
            label={t('preview.page', { no: at + 1, of: total, texts: textsOf(page) })}
          />
        ))}
      </div>
    </section>
  )
}

const textsOf = (page: Page): string =>
  page.marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : [])).join(', ')

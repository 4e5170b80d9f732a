import { FlaskConical, Info, KeyRound, Store } from 'lucide-react'
import type { Status } from '#shared/protocol/status.ts'
import type { About } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'
import s from './Foot.module.css'

interface Props {
  readonly about: About | null
  readonly status: Status | undefined
}

/** What is unusual about this window and its server, said once and quietly; the version at the end. */
export function Foot({ about, status }: Props): React.ReactNode {
  if (!about) return <footer className={s['foot']} aria-label={t('note.label')} />
  return (
    <footer className={s['foot']} aria-label={t('note.label')}>
      {about.demo && (
        <span className={s['note']}>
          <Store size={13} aria-hidden />
          {t('note.demo', { email: about.demo.email })}
        </span>
      )}
      {about.notices.map((notice) => (
        <span key={notice.code} className={s['warning']} title={notice.message}>
          <Info size={13} aria-hidden />
          {notice.message}
        </span>
      ))}
      {about.secretsAtRest === 'plain' && (
        <span className={s['warning']}>
          <KeyRound size={13} aria-hidden />
          {t('note.plain-secrets')}
        </span>
      )}
      {about.developmentRuntime && (
        <span className={s['note']}>
          <FlaskConical size={13} aria-hidden />
          {t('note.development-runtime', { runtime: about.runtime })}
        </span>
      )}
      <span className={s['end']}>
        {status?.server && (status.server.embedded ? t('note.embedded') : hostOf(status.server.url))}
        {' · '}
        {t('note.version', { version: about.version })}
      </span>
    </footer>
  )
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

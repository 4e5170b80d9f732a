import { FlaskConical, Info, KeyRound, Store } from 'lucide-react'
import type { About } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'
import s from './Foot.module.css'
import type { ShownStatus } from './shown-status.ts'

interface Props {
  readonly about: About | null
  readonly status: ShownStatus | undefined
}

/** What is unusual about this window and its server, said once and quietly; the version at the end. */
export function Foot({ about, status }: Props): React.ReactNode {
  if (!about) return <footer className={s['foot']} aria-label={t('note.label')} />
  return (
    <footer className={s['foot']} aria-label={t('note.label')}>
      {about.demo && status?.user?.email === about.demo.email && (
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
        {[serverName(status), t('note.version', { version: about.version })].filter(Boolean).join(' · ')}
      </span>
    </footer>
  )
}

function serverName(status: ShownStatus | undefined): string {
  if (!status?.server) return ''
  const { embedded, url } = status.server
  if (embedded) return t('note.embedded')
  return URL.canParse(url) ? new URL(url).host : url
}

import type { NotificationListRow } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { Fact } from '../../components/Fact.tsx'
import { Kbd } from '../../components/Kbd.tsx'
import { Moment } from '../../components/Moment.tsx'
import { Pane } from '../../components/Pane.tsx'
import { PanePart } from '../../components/PanePart.tsx'
import { Shape } from '../../components/Shape.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useLetterKey } from '../../hooks/use-letter-key.ts'
import { t } from '../../texts/text.ts'
import { SeverityMark } from '../alerts/SeverityMark.tsx'
import { parseLink } from './parse-link.ts'
import s from '../alerts/AlertPane.module.css'

interface Props {
  /** Null when it is not in the list (any more). */
  readonly row: NotificationListRow | null
  onClose(): void
}

/** One notification in full, and the way to what it is about. */
export function NotificationPane({ row, onClose }: Props): React.ReactNode {
  return (
    <Pane
      label={t('notification.label')}
      closeLabel={t('notification.close')}
      head={row && <SeverityMark severity={row.severity} />}
      gone={row ? null : { title: t('notification.gone.title'), next: t('notification.gone.next') }}
      onClose={onClose}
    >
      {row && (
        <>
          <h2 className={s['what']}>{row.title}</h2>
          <p className={s['body']}>{row.body}</p>
          {row.escalatedAt !== null && (
            <p className={s['state']}>
              <Shape name="triangle" tone="warn" />
              {t('notifications.escalated')}
            </p>
          )}
          <Open link={row.link} />
          <PanePart>
            <dl>
              <Fact name={t('notification.from')}>{row.from ?? t('notifications.from.system')}</Fact>
              <Fact name={t('notification.came')}>
                <Moment at={row.createdAt} />
              </Fact>
              <Fact name={t('notification.read')}>
                {row.readAt === null ? t('notification.unread') : <Moment at={row.readAt} />}
              </Fact>
              {row.escalatedAt !== null && (
                <Fact name={t('notification.escalated')}>
                  <Moment at={row.escalatedAt} />
                </Fact>
              )}
            </dl>
          </PanePart>
        </>
      )}
    </Pane>
  )
}

function Open({ link }: { link: string | null }): React.ReactNode {
  const { screen } = useConsole()
  const destination = parseLink(link)
  const go = (): void => {
    if (destination) screen.setState(destination.to)
  }
  useLetterKey('n', go)
  if (!destination) return null
  return (
    <div className={s['actions']}>
      <Button look="main" onPress={go}>
        {t(`notification.open.${destination.kind}`)}
        <span className={s['key']} aria-hidden>
          <Kbd>N</Kbd>
        </span>
      </Button>
    </div>
  )
}

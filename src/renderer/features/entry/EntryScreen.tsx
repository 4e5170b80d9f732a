import { useState } from 'react'
import { Boxes } from 'lucide-react'
import { Button } from '../../components/Button.tsx'
import { t } from '../../texts/text.ts'
import { ServerForm } from './ServerForm.tsx'
import { SignInForm } from './SignInForm.tsx'
import s from './entry.module.css'
import type { ShownStatus } from '../shell/shown-status.ts'

/** What stands before the stock: which server, then who. */
export function EntryScreen({ status }: { status: ShownStatus }): React.ReactNode {
  const { server } = status
  const [isChangingServer, setIsChangingServer] = useState(false)
  const isFirstRun = server === null
  return (
    <main className={s['screen']}>
      <div className={s['card']}>
        <p className={s['product']}>
          <Boxes size={18} aria-hidden />
          {t('app.name')}
        </p>
        {isFirstRun || isChangingServer ? (
          <>
            <h1 className={s['title']}>
              {isFirstRun ? t('entry.first-run.title') : t('entry.server.title')}
            </h1>
            <p className={s['intro']}>{t('entry.first-run.intro')}</p>
            <ServerForm url={server?.url ?? ''} onDone={() => setIsChangingServer(false)} />
            {!isFirstRun && (
              <Button look="quiet" onPress={() => setIsChangingServer(false)}>
                {t('entry.back')}
              </Button>
            )}
          </>
        ) : (
          <SignIn status={status} server={server} onChangeServer={() => setIsChangingServer(true)} />
        )}
      </div>
    </main>
  )
}

function SignIn(props: {
  status: ShownStatus
  server: NonNullable<ShownStatus['server']>
  onChangeServer: () => void
}): React.ReactNode {
  const { status, server } = props
  const { link } = status
  const because = link.at === 'signed-out' && link.because !== 'never-signed-in' ? link.because : null
  return (
    <>
      <h1 className={s['title']}>{t('entry.sign-in.title')}</h1>
      {because && <p className={s['intro']}>{t(`entry.because.${because}`)}</p>}
      <SignInForm email={status.user?.email ?? ''} onDone={() => undefined} />
      <div className={s['server']}>
        <span className={s['serverword']}>{t('entry.server')}</span>
        <span className={s['url']} title={server.url}>
          {server.embedded ? t('note.embedded') : server.url}
        </span>
        <Button look="quiet" size="small" onPress={props.onChangeServer}>
          {t('entry.change-server')}
        </Button>
      </div>
      <section className={s['before']}>
        <h2>{t('entry.works-before.title')}</h2>
        <p>{t('entry.works-before.stock')}</p>
        <p>{t('entry.works-before.network')}</p>
      </section>
    </>
  )
}

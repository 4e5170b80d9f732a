import { useState } from 'react'
import { Check, Clipboard } from 'lucide-react'
import { Button } from '../../components/Button.tsx'
import { copyText } from '../../lib/clipboard.ts'
import { t } from '../../texts/text.ts'
import s from './diagnostics.module.css'

/** Takes the report along; says whether it is on the clipboard. */
export function CopyReport({ write }: { write: () => string }): React.ReactNode {
  const [outcome, setOutcome] = useState<'copied' | 'not-copied' | null>(null)
  return (
    <>
      <span className={s['outcome']} role="status">
        {outcome === 'copied' && (
          <>
            <Check size={14} aria-hidden />
            {t('diagnostics.copied')}
          </>
        )}
        {outcome === 'not-copied' && t('diagnostics.not-copied')}
      </span>
      <Button onPress={() => setOutcome(copyText(write()) ? 'copied' : 'not-copied')}>
        <Clipboard size={14} aria-hidden />
        {t('diagnostics.copy')}
      </Button>
    </>
  )
}

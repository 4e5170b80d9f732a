import type { AlertAnswer } from '#shared/domain/rows.ts'
import type { AskingAlert } from '#shared/protocol/alerts.ts'
import { Button } from '../../components/Button.tsx'
import { t } from '../../texts/text.ts'

interface Props {
  readonly kind: AskingAlert['kind']
  onAnswer(answer: AlertAnswer): void
}

/** What can be answered: a message is seen, a drill is accepted or declined. */
export function AnswerButtons({ kind, onAnswer }: Props): React.ReactNode {
  if (kind === 'message')
    return (
      <Button look="main" onPress={() => onAnswer('seen')}>
        {t('asking.seen')}
      </Button>
    )
  return (
    <>
      <Button look="main" onPress={() => onAnswer('accepted')}>
        {t('asking.accept')}
      </Button>
      <Button onPress={() => onAnswer('declined')}>{t('asking.decline')}</Button>
    </>
  )
}

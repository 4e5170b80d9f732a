import { Component } from 'react'
import { Bug } from 'lucide-react'
import { Button } from '../../components/Button.tsx'
import { Message } from '../../components/Message.tsx'
import { t } from '../../texts/text.ts'

interface State {
  readonly error: Error | null
}

/** Shows an error of our own in words instead of an empty window. */
export class Crash extends Component<{ children: React.ReactNode }, State> {
  override state: State = { error: null }

  static getDerivedStateFromError(error: Error): State {
    return { error }
  }

  override render(): React.ReactNode {
    const { error } = this.state
    if (!error) return this.props.children
    return (
      <Message
        icon={<Bug size={20} />}
        title={t('crash.title')}
        action={
          <Button look="main" onPress={() => location.reload()}>
            {t('crash.again')}
          </Button>
        }
      >
        {t('crash.next', { message: error.message })}
      </Message>
    )
  }
}

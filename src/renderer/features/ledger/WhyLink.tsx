import { CircleHelp } from 'lucide-react'
import type { ProductId } from '#shared/domain/ids.ts'
import { Button } from '../../components/Button.tsx'
import { Kbd } from '../../components/Kbd.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useShortcut } from '../../hooks/use-shortcut.ts'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import s from './WhyLink.module.css'

/** "Why 37?": to the story of the figure beside it. */
export function WhyLink({ productId, figure }: { productId: ProductId; figure: number }): React.ReactNode {
  const { screen } = useConsole()
  const go = (): void =>
    screen.setState(({ screen: from }) => ({ screen: 'ledger', story: { productId, bin: null, from } }))
  useShortcut('w', go)
  return (
    <div className={s['why']}>
      <Button look="quiet" onPress={go}>
        <CircleHelp size={16} aria-hidden />
        {t('story.link', { figure: formatNumber(figure) })}
      </Button>
      <Kbd>W</Kbd>
    </div>
  )
}

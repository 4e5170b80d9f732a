import { useCallback, useMemo, useRef } from 'react'
import { ArrowLeft, BookOpen } from 'lucide-react'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { FilterButtons } from '../../components/FilterButtons.tsx'
import { Message } from '../../components/Message.tsx'
import { VirtualTable, type TableHandle } from '../../components/table/VirtualTable.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useStory, useUnsettled } from '../../hooks/use-ledger.ts'
import { useShortcut } from '../../hooks/use-shortcut.ts'
import { useStockDetail } from '../../hooks/use-status.ts'
import { formatNumber } from '../../lib/format.ts'
import type { StoryOf } from '../../stores/screen.ts'
import { t } from '../../texts/text.ts'
import type { ShownStatus } from '../shell/shown-status.ts'
import { storyColumns } from './columns.tsx'
import { AnswerAge, NoAnswer } from './LedgerNotes.tsx'
import { pagedList } from './paged-list.ts'
import { storyOf, type LedgerRow } from './rows.ts'
import { StockAtPanel } from './StockAtPanel.tsx'
import { StockPicture } from './StockPicture.tsx'
import { StorySum } from './StorySum.tsx'
import s from './ledger.module.css'

const none: readonly never[] = []
const ALL = '\u0000all'

interface Props {
  readonly story: StoryOf
  readonly status: ShownStatus
  readonly warehouse: WarehouseChoice
}

/** "Why is this 37?": every movement that made a figure and how they add up, what it was at any moment, and its picture. */
export function StoryPage({ story: { productId, bin, from }, status, warehouse }: Props): React.ReactNode {
  const { screen } = useConsole()
  const { answer, answeredAt, error, more } = useStory(warehouse.id, productId, bin)
  const { value: own } = useUnsettled(warehouse.id, productId)
  const { value: detail } = useStockDetail(warehouse.id, productId)
  const tableRef = useRef<TableHandle>(null)
  const person = status.user?.displayName ?? null
  const { rows, sum } = useMemo(
    () => storyOf(answer, own ?? none, bin, { person, station: null }),
    [answer, own, bin, person],
  )
  const list = useMemo(() => pagedList(rows, Boolean(answer?.next)), [rows, answer])
  const onLook = useCallback(
    (_first: number, last: number) => {
      if (last >= rows.length - LOOK_AHEAD) more()
    },
    [rows.length, more],
  )
  const back = useCallback((): void => screen.setState({ screen: from, story: null }), [screen, from])
  useShortcut('Escape', back)

  const shown = bin === null ? detail : detail?.bins.find((held) => held.bin === bin)
  const figure = sum?.here ?? shown?.onHand
  const sku = detail?.product.sku ?? answer?.movements[0]?.product?.sku ?? ''
  const bins = detail?.bins.map((held) => held.bin) ?? []
  return (
    <section className={s['story']} aria-label={titleOf(sku, bin, figure)}>
      <header className={s['head']}>
        <Button look="quiet" onPress={back}>
          <ArrowLeft size={16} aria-hidden />
          {t('story.back')}
        </Button>
        <div className={s['titles']}>
          <h2 className={s['title']}>{titleOf(sku, bin, figure)}</h2>
          <p className={s['name']}>{detail?.product.name}</p>
        </div>
        {bins.length > 1 && (
          <FilterButtons
            label={t('story.bins')}
            options={[
              { value: ALL, word: t('story.bins.all') },
              ...bins.slice(0, MOST_BINS).map((name) => ({ value: name, word: name })),
            ]}
            value={bin ?? ALL}
            onChange={(chosen) =>
              screen.setState({ story: { productId, bin: chosen === ALL ? null : chosen, from } })
            }
          />
        )}
      </header>
      <div className={s['columns']}>
        <div className={s['movements']}>
          {sum && <StorySum sum={sum} shownHere={shown?.onHand ?? null} />}
          <p className={s['meta']} role="status">
            {answer && t('story.count', { count: answer.count })}
            {answer && answeredAt !== null && <AnswerAge at={answeredAt} error={error} />}
          </p>
          {!answer && (
            <NoAnswer status={status} warehouse={warehouse.name} error={error} hasOwn={rows.length > 0} />
          )}
          {rows.length > 0 && (
            <VirtualTable<LedgerRow>
              label={t('story.label')}
              list={list}
              columns={storyColumns}
              openId={null}
              isStale={error !== null && answer !== null}
              topKey={bin ?? ALL}
              handle={tableRef}
              onLook={onLook}
              onHover={nothing}
              onBack={back}
            />
          )}
          {answer?.count === 0 && rows.length === 1 && (
            <Message icon={<BookOpen size={20} />} title={t('story.none')} />
          )}
        </div>
        <div className={s['side']}>
          <StockPicture
            warehouse={warehouse}
            productId={productId}
            reorderPoint={detail?.product.reorderPoint ?? 0}
          />
          <StockAtPanel warehouse={warehouse} productId={productId} />
        </div>
      </div>
    </section>
  )
}

const LOOK_AHEAD = 30
/** As many as there is room for; any other is reached from the product's bins in the stock list. */
const MOST_BINS = 6
const nothing = (): void => undefined

function titleOf(sku: string, bin: string | null, figure: number | undefined): string {
  if (figure === undefined || sku === '') return t('story.title.unknown', { sku })
  const shown = formatNumber(figure)
  return bin === null
    ? t('story.title', { sku, figure: shown })
    : t('story.title.bin', { sku, bin, figure: shown })
}

import { Dialog } from '../../components/Dialog.tsx'
import { commandKey, Kbd } from '../../components/Kbd.tsx'
import { t, type TextKey } from '../../texts/text.ts'
import s from './KeysDialog.module.css'

interface Group {
  readonly title: TextKey & `keys.${string}`
  readonly keys: readonly { readonly does: TextKey & `keys.${string}`; readonly press: readonly string[] }[]
}

const groups: readonly Group[] = [
  {
    title: 'keys.everywhere',
    keys: [
      { does: 'keys.palette', press: [commandKey, 'K'] },
      { does: 'keys.search', press: ['/'] },
      { does: 'keys.help', press: ['?'] },
      { does: 'keys.back', press: ['Esc'] },
    ],
  },
  {
    title: 'keys.list',
    keys: [
      { does: 'keys.move', press: ['↑', '↓'] },
      { does: 'keys.page', press: ['Page ↑', 'Page ↓'] },
      { does: 'keys.ends', press: ['Home', 'End'] },
      { does: 'keys.open', press: ['Enter'] },
    ],
  },
  {
    title: 'keys.board',
    keys: [
      { does: 'keys.board.column', press: ['←', '→'] },
      { does: 'keys.board.next', press: ['M'] },
      { does: 'keys.board.step', press: ['1', '–', '4'] },
    ],
  },
  {
    title: 'keys.desk',
    keys: [
      { does: 'keys.acknowledge', press: ['A'] },
      { does: 'keys.next-action', press: ['N'] },
    ],
  },
  { title: 'keys.ledger', keys: [{ does: 'keys.why', press: ['W'] }] },
  { title: 'keys.work', keys: [{ does: 'keys.undo', press: [commandKey, 'Z'] }] },
]

export function KeysDialog({ onClose }: { onClose: () => void }): React.ReactNode {
  return (
    <Dialog title={t('keys.title')} onClose={onClose}>
      {groups.map((group) => (
        <section key={group.title} className={s['group']}>
          <h3 className={s['title']}>{t(group.title)}</h3>
          <dl>
            {group.keys.map((key) => (
              <div key={key.does} className={s['key']}>
                <dt>{t(key.does)}</dt>
                <dd>
                  {key.press.map((name) => (
                    <Kbd key={name}>{name}</Kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  )
}

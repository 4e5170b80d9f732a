import type { RefusalCode } from '#shared/domain/commands.ts'
import { MemberRole, OrderStatus } from '#shared/domain/rows.ts'
import { WarehouseId } from '#shared/domain/ids.ts'
import type { Refusal } from '#shared/protocol/work.ts'
import { t } from '../../texts/text.ts'
import type { Names } from './names.ts'

/** `then`: what the server found. `offline`: the same, of work done while offline. `now`: this station's own doubt beforehand. */
export type Tense = 'then' | 'offline' | 'now'

/** One sentence a person can act on, from code and facts. A fact that is missing makes it shorter, never wrong. */
export function refusalWords(refusal: Refusal, names: Names, tense: Tense): string {
  return sentences[refusal.code](new Facts(refusal.facts), names, tense)
}

/** Facts come over the wire and from other versions: each is read as what it should be, or is missing. */
export class Facts {
  readonly #facts: Refusal['facts']

  constructor(facts: Refusal['facts']) {
    this.#facts = facts
  }

  /** All of these figures, or null when one is missing. */
  figures<K extends string>(...keys: K[]): Record<K, number> | null {
    const found = keys.map((key) => [key, this.#facts[key]] as const)
    if (!found.every(([, value]) => typeof value === 'number')) return null
    return Object.fromEntries(found) as Record<K, number>
  }

  text(key: string): string | null {
    const value = this.#facts[key]
    return typeof value === 'string' && value !== '' ? value : null
  }

  /** An order's status in the words of the window. */
  status(key: string): string | null {
    const status = OrderStatus.safeParse(this.#facts[key])
    return status.success ? t(`orders.status.${status.data}`).toLocaleLowerCase() : this.text(key)
  }

  /** A role's name; "none" where it is null. */
  role(key: string): string | null {
    const value = this.#facts[key]
    const role = MemberRole.safeParse(value)
    return role.success ? t(`role.${role.data}`) : value === null ? t('role.none') : null
  }

  warehouse(names: Names): string {
    const id = WarehouseId.safeParse(this.#facts['warehouse_id'])
    return id.success ? names.warehouse(id.data) : t('name.warehouse')
  }
}

type Sentence = (facts: Facts, names: Names, tense: Tense) => string

const sentences: Record<RefusalCode, Sentence> = {
  insufficient_stock(facts, _names, tense) {
    const [bin, figures] = [facts.text('bin'), facts.figures('on_hand', 'asked')]
    if (bin === null || figures === null) return t('refusal.insufficient')
    const { on_hand: onHand, asked } = figures
    const values = { bin, onHand, asked, missing: asked - Math.max(onHand, 0) }
    if (tense === 'now') return t('refusal.insufficient.now', values)
    return t(tense === 'then' ? 'refusal.insufficient.then' : 'refusal.insufficient.then.offline', values)
  },
  over_receipt(facts) {
    const figures = facts.figures('expected', 'received', 'asked')
    if (figures === null) return t('refusal.over-receipt.bare')
    const beyond = figures.received + figures.asked - figures.expected
    return t('refusal.over-receipt', {
      ...figures,
      beyond,
      reference: facts.text('reference') ?? t('name.announced'),
    })
  },
  over_pick(facts, names) {
    const figures = facts.figures('ordered', 'picked', 'asked')
    if (figures === null) return t('refusal.over-pick.bare')
    const beyond = figures.picked + figures.asked - figures.ordered
    return t('refusal.over-pick', { ...figures, beyond, order: orderIn(facts, names) })
  },
  over_return(facts, names) {
    const figures = facts.figures('picked', 'returned', 'asked')
    if (figures === null) return t('refusal.over-return.bare')
    const beyond = figures.returned + figures.asked - figures.picked
    return t('refusal.over-return', { ...figures, beyond, order: orderIn(facts, names) })
  },
  not_allowed(facts, names) {
    const [role, needed] = [facts.role('role'), facts.role('needed')]
    const warehouse = facts.warehouse(names)
    if (role === t('role.none')) return t('refusal.not-allowed.nobody', { warehouse })
    if (role === null || needed === null) return t('refusal.not-allowed.bare')
    return t('refusal.not-allowed', { role, needed, warehouse })
  },
  unknown_product: (_facts, { sku }, tense) =>
    t(tense === 'now' ? 'refusal.unknown-product.now' : 'refusal.unknown-product', { sku }),
  unknown_warehouse: (_facts, _names, tense) =>
    t(tense === 'now' ? 'refusal.unknown-warehouse.now' : 'refusal.unknown-warehouse'),
  unknown_order(facts, names, tense) {
    if (facts.text('order_item_id') !== null) return t('refusal.unknown-order.line')
    const order = orderIn(facts, names)
    return t(tense === 'now' ? 'refusal.unknown-order.now' : 'refusal.unknown-order', { order })
  },
  order_exists: (facts, names) => t('refusal.order-exists', { order: orderIn(facts, names) }),
  order_closed(facts, names) {
    const status = facts.status('status')
    if (status === null) return t('refusal.order-closed.bare')
    return t('refusal.order-closed', { order: orderIn(facts, names), status })
  },
  illegal_transition(facts, names) {
    const [status, to] = [facts.status('status'), facts.status('to')]
    if (status === null || to === null) return t('refusal.illegal-transition.bare')
    return t('refusal.illegal-transition', { order: orderIn(facts, names), status, to })
  },
  stale_version(facts, names) {
    const [seen, status] = [facts.status('seen'), facts.status('status')]
    if (seen !== null && status !== null)
      return t('refusal.stale', { order: orderIn(facts, names), seen, status })
    return facts.text('epoch') === null ? t('refusal.stale.bare') : t('refusal.stale.count')
  },
  not_undoable: (facts) =>
    t(facts.text('kind') === 'undo' ? 'refusal.not-undoable.undo' : 'refusal.not-undoable'),
  already_undone: () => t('refusal.already-undone'),
  unknown_alert: () => t('refusal.unknown-alert'),
  unknown_user: () => t('refusal.unknown-user'),
  barcode_taken(facts) {
    const [code, sku] = [facts.text('code'), facts.text('sku')]
    if (code === null || sku === null) return t('refusal.barcode-taken.bare')
    return t('refusal.barcode-taken', { code, sku })
  },
  invalid(facts) {
    const field = facts.text('field')
    if (field === 'to_bin') return t('refusal.invalid.to-bin')
    if (field === 'order_item_id') return t('refusal.invalid.order-item')
    if (field !== null) return t('refusal.invalid.field', { field })
    const problem = facts.text('problem') ?? facts.text('code')
    return problem === null ? t('refusal.invalid') : t('refusal.invalid.problem', { problem })
  },
}

const orderIn = (facts: Facts, names: Names): string => facts.text('number') ?? names.order

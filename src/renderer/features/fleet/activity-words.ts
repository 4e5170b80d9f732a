import type { ActivityItem } from '#shared/protocol/activity.ts'
import { unreachable } from '#shared/lib/must.ts'
import { t, textOr } from '../../texts/text.ts'

/** Who did it, as far as this station knows. */
export const activityWho = ({ from }: Pick<ActivityItem, 'from'>): string =>
  from.name ?? from.station ?? t('activity.somebody')

/** What happened, in one sentence after the name. */
export function activityWords({ about }: Pick<ActivityItem, 'about'>): string {
  switch (about.kind) {
    case 'inventory_updated': {
      const thing = about.product?.sku ?? t('activity.a-product')
      const did = textOr(`activity.work.${about.work}`, about.work)
      return about.bin === null ? `${did} ${thing}` : t('activity.in-bin', { did, thing, bin: about.bin })
    }
    case 'order_status_changed': {
      const order = about.number ?? t('activity.an-order')
      return t('activity.order', { order, status: t(`orders.status.${about.status}`) })
    }
    case 'user_activity':
      return t(`activity.user.${about.what}`)
    case 'system_alert':
      return about.text
    case 'notification':
      return about.title
    default:
      return unreachable(about)
  }
}

import { z } from 'zod'
import { OrderId, ProductId } from '#shared/domain/ids.ts'
import type { Answer, Heard, Question } from '#shared/protocol/contract.ts'
import { failed, ok, type Reply } from '#shared/protocol/reply.ts'
import type { DesktopNews } from './engine/alerts/desktop-news.ts'
import type { Log } from './engine/ports.ts'
import type { SettingsFile } from './storage/settings.ts'

/* News on the desktop, for who is not looking at the console. A click brings the console, and leads to a place inside it only. */

/** What the system shows. */
export interface Toast {
  title: string
  body: string
  isUrgent: boolean
  clicked: () => void
}

export interface DesktopPorts {
  /** Whether the system shows notifications at all. */
  isSupported: () => boolean
  show: (toast: Toast) => void
  settings: Pick<SettingsFile, 'desktopNotifications' | 'keepDesktopNotifications'>
  /** Brings a window to the front. */
  bringToFront: () => Promise<void>
  /** Leads that window there. */
  open: (to: Heard<'notification.clicked'>) => void
  log: Log
}

export interface DesktopNotifications {
  news(news: DesktopNews): void
  answer(
    question: Question<'settings.desktop-notifications'>,
  ): Promise<Reply<Answer<'settings.desktop-notifications'>>>
}

const withId = (kind: string, id: z.ZodType<string>) =>
  z
    .string()
    .startsWith(`${kind}/`)
    .refine((link) => id.safeParse(link.slice(kind.length + 1)).success)

/** Addresses inside the console. Whatever else a row says leads nowhere. */
export const AppLink = z.union([
  z.enum(['alerts', 'exceptions', 'drill']),
  withId('order', OrderId),
  withId('stock', ProductId),
])

export function desktopNotifications(ports: DesktopPorts): DesktopNotifications {
  const { isSupported, show, settings, log } = ports

  function follow(link: string | null): void {
    const known = AppLink.safeParse(link)
    ports.bringToFront().then(
      () => {
        if (link === null) ports.open({ link: null })
        else if (known.success) ports.open({ link: known.data })
      },
      (error: unknown) => log.warn('desktop.no-window', { error: String(error) }),
    )
  }

  return {
    news({ items, more }) {
      if (!settings.desktopNotifications() || !isSupported()) return
      for (const { title, body, link, severity } of items)
        show({ title, body, isUrgent: severity === 'critical', clicked: () => follow(link) })
      if (more > 0) {
        const title = `And ${more} more ${more === 1 ? 'notification' : 'notifications'}`
        show({ title, body: '', isUrgent: false, clicked: () => follow(null) })
      }
    },
    async answer({ wanted }) {
      try {
        if (wanted !== null) await settings.keepDesktopNotifications(wanted)
      } catch (error) {
        log.error('settings.not-kept', { error: String(error) })
        return failed('internal', 'The disk did not take the setting.', true)
      }
      return ok({ wanted: settings.desktopNotifications(), supported: isSupported() })
    },
  }
}

import { useEffect } from 'react'
import { useConsole } from '../../hooks/console.tsx'
import { parseLink } from './parse-link.ts'

/** Leads this window to where a clicked notification of the desktop says, or to the list of them. */
export function useDesktopClicks(): void {
  const { client, screen } = useConsole()
  useEffect(
    () =>
      client.hear('notification.clicked', ({ link }) => {
        const to = link === null ? ({ screen: 'notifications' } as const) : parseLink(link)?.to
        if (to) screen.setState({ ...to, overlay: null })
      }),
    [client, screen],
  )
}

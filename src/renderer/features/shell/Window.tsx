import { useEffect, useState } from 'react'
import { useConsole, type About } from '../../hooks/console.tsx'
import { App } from './App.tsx'

/** The window with what it knows of its own start; it does not wait for that. */
export function Window(): React.ReactNode {
  const { client } = useConsole()
  const [about, setAbout] = useState<About | null>(null)
  useEffect(() => {
    let isGone = false
    client.ask('app.about', {}).then(
      (answer) => !isGone && setAbout(answer),
      // The foot stays empty; what a person works with does not depend on it.
      () => undefined,
    )
    return () => {
      isGone = true
    }
  }, [client])
  return <App about={about} />
}

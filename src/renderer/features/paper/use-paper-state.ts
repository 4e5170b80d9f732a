import { useEffect, useState } from 'react'
import type { PaperState } from '#shared/protocol/paper.ts'
import { asIpcError, type IpcError } from '../../bridge/client.ts'
import { useConsole } from '../../hooks/console.tsx'

/** What is under way of exports and imports, the same in every window. `error`: nobody knows. */
export function usePaperState(): { state: PaperState | null; error: IpcError | null } {
  const { client } = useConsole()
  const [state, setState] = useState<PaperState | null>(null)
  const [error, setError] = useState<IpcError | null>(null)
  useEffect(() => {
    let isGone = false
    let wasTold = false
    const unhear = client.hear('paper.changed', (told) => {
      wasTold = true
      setState(told)
    })
    client.ask('paper.state', {}).then(
      (asked) => !isGone && !wasTold && setState(asked),
      (caught: unknown) => !isGone && setError(asIpcError('paper.state', caught)),
    )
    return () => {
      isGone = true
      unhear()
    }
  }, [client])
  return { state, error }
}

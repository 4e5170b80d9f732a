import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import type { Lifetime } from './lifetime.ts'
import type { SessionKeeper } from './session.ts'
import type { Failure } from './upstream.ts'

const RETRY_MS = 5 * SECOND_MS
/** The token is looked at this often even when its end is far: timers stand still while the machine sleeps. */
const LOOK_AT_LEAST_MS = MINUTE_MS

interface RenewalPorts {
  life: Lifetime
  session: SessionKeeper
  /** Gives the newest token to who needs it. */
  push(): Promise<void>
  lose(failure: Failure): void
  crashed(error: unknown): void
}

/** The server closes a channel whose token has ended: as long as `life` lasts, the next one is pushed before. */
export function keepTokenFresh(
  { life, session, push, lose, crashed }: RenewalPorts,
  renewInMs: number,
): void {
  const lookIn = (delayMs: number): void =>
    life.later(Math.min(LOOK_AT_LEAST_MS, Math.max(SECOND_MS, delayMs)), () => void look().catch(crashed))

  async function look(): Promise<void> {
    const token = await session.token()
    if (life.isOver) return
    if (token.kind === 'signed-out') return lose(token)
    if (token.kind !== 'settled' || token.value.renewInMs <= 0) return lookIn(RETRY_MS)
    await push()
    lookIn(token.value.renewInMs)
  }

  lookIn(renewInMs)
}

import type { Scope } from '#shared/domain/scope.ts'
import type { Upstream } from '#engine/upstream/upstream.ts'

/** A server with one user, and that user's way to it. */
export interface UpstreamWorld {
  upstream: Upstream
  /** A second station of the same user, with a session of its own. */
  another(): Upstream
  email: string
  password: string
  /** Changes one product in the `site` scope and commits. */
  change(): Promise<void>
  /** Changes something in this warehouse, which the user may not read. */
  changeElsewhere(): Promise<void>
  elsewhere: Scope
  /** Tokens made from now on end soon: after so many ms. */
  shortTokens(): number
  /** Pulls the cable, or puts it back. */
  cut(on: boolean): void
  /** The server goes down and comes back with all it had. */
  restart(): Promise<void>
  stop(): Promise<void>
}

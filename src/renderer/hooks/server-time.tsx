import { createContext, use } from 'react'

/** What it takes to read a server moment here: how far our clock is off, and which clock hangs on the warehouse's wall. */
export interface ServerTime {
  readonly clockOffsetMs: number
  readonly timeZone: string | undefined
}

export const ServerTimeContext = createContext<ServerTime>({ clockOffsetMs: 0, timeZone: undefined })

export const useServerTime = (): ServerTime => use(ServerTimeContext)

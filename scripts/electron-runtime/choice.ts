/*
 * Which Electron to run on. Pure, so that every machine's answer can be tested on any machine.
 */

export interface Circumstances {
  platform: NodeJS.Platform
  arch: string
  /** SMART_SHELF_ELECTRON: what the person asked for. */
  wish: 'official' | 'development' | null
  officialInstalled: boolean
  /** True while a recent try to fetch the official runtime is known to have failed. */
  officialLatelyUnreachable: boolean
}

export type Step = 'use-official' | 'install-official' | 'use-development'

/**
 * The ways to a runtime in the order to try them; the first that succeeds is used. Empty when the wish cannot be met here.
 */
export function waysToRuntime(here: Circumstances): Step[] {
  const developmentPossible = here.platform === 'linux' && here.arch === 'x64'
  if (here.wish === 'development') return developmentPossible ? ['use-development'] : []
  if (here.officialInstalled) return ['use-official']
  if (here.wish === 'official' || !developmentPossible) return ['install-official']
  return here.officialLatelyUnreachable ? ['use-development'] : ['install-official', 'use-development']
}

/** Reads the wish from the environment; anything unknown is refused rather than ignored. */
export function wishFrom(env: NodeJS.ProcessEnv): Circumstances['wish'] {
  const value = env['SMART_SHELF_ELECTRON'] ?? ''
  if (value === '') return null
  if (value === 'official' || value === 'development') return value
  throw new RangeError(`SMART_SHELF_ELECTRON is "${value}"; it may be "official" or "development".`)
}

import { z } from 'zod'
import type { StartNotice } from '#shared/protocol/contract.ts'
import { FeedKind } from '#shared/protocol/status.ts'
import type { ServerAddress } from './engine/ports.ts'

/*
 * What the environment says about this start. The file that people keep settings in is storage/settings.ts; both meet in
 * `serverToUse`. Nothing here throws: a mistake becomes a sentence for the window, and the console opens all the same.
 */

/** The environment, validated. */
export interface Config {
  /** `unusable`: variables were set that name no server, so none may be guessed in their place. */
  server: ServerAddress | 'unusable' | null
  /** The embedded backend's demo account, which signs in by itself. */
  demo: { email: string; password: string } | null
  /** Keeps everything of this console in another folder: tests, or several consoles on one machine. */
  userData: string | null
  /** Path of a better-sqlite3 binding for runtimes that the package's own does not serve. */
  sqliteBinding: string | null
  /** Set by the launcher when Electron is a stand-in for development machines. */
  developmentRuntime: boolean
  /** How the station hears of changes; see FeedKind. */
  feed: FeedKind
  /** Where the window comes from during `npm run dev`. */
  rendererUrl: string | null
  notices: StartNotice[]
}

export type Environment = Readonly<Record<string, string | undefined>>

const webAddress = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .transform((url) => url.replace(/\/+$/, ''))

const localAddress = z.url({ protocol: /^https?$/, hostname: /^(localhost|127\.0\.0\.1|\[::1\])$/ })

/**
 * Reads this program's variables; empty ones count as not set.
 * @returns the valid part of the environment, and one notice for each part that is not
 */
export function readEnvironment(env: Environment): Config {
  const notices: StartNotice[] = []
  const complain = (message: string) => notices.push({ code: 'environment-invalid', message })
  const text = (name: string) => env[name]?.trim() || null
  const embedded = text('SMART_SHELF_EMBEDDED') === '1'

  return {
    server: readServer(text('SUPABASE_URL'), text('SUPABASE_ANON_KEY'), embedded, complain),
    demo: readDemo(text('SMART_SHELF_DEMO_EMAIL'), text('SMART_SHELF_DEMO_PASSWORD'), embedded, complain),
    userData: text('SMART_SHELF_USER_DATA'),
    sqliteBinding: text('SMART_SHELF_SQLITE_BINDING'),
    developmentRuntime: text('SMART_SHELF_RUNTIME') === 'development',
    feed: readFeed(text('SMART_SHELF_FEED'), complain),
    rendererUrl: readRendererUrl(text('ELECTRON_RENDERER_URL'), complain),
    notices,
  }
}

type Complain = (message: string) => void

function readServer(
  url: string | null,
  anonKey: string | null,
  embedded: boolean,
  complain: Complain,
): Config['server'] {
  if (url === null && anonKey === null) return null
  if (url === null) {
    complain('SUPABASE_ANON_KEY is set but SUPABASE_URL is not. Set both, or neither.')
    return 'unusable'
  }
  if (anonKey === null) {
    complain('SUPABASE_URL is set but SUPABASE_ANON_KEY is not. Set both, or neither.')
    return 'unusable'
  }
  const address = webAddress.safeParse(url)
  if (!address.success) {
    complain(
      `SUPABASE_URL is "${shorten(url)}", which is not a web address. It should look like https://project.supabase.co.`,
    )
    return 'unusable'
  }
  return { url: address.data, anonKey, embedded }
}

function readDemo(
  email: string | null,
  password: string | null,
  embedded: boolean,
  complain: Complain,
): Config['demo'] {
  if (email === null && password === null) return null
  if (!embedded) {
    complain('SMART_SHELF_DEMO_EMAIL is only for the embedded backend; it was not used.')
    return null
  }
  if (email !== null && password !== null) return { email, password }
  complain('SMART_SHELF_DEMO_EMAIL and SMART_SHELF_DEMO_PASSWORD belong together; one is missing.')
  return null
}

function readFeed(name: string | null, complain: Complain): FeedKind {
  if (name === null) return 'broadcast'
  const feed = FeedKind.safeParse(name)
  if (feed.success) return feed.data
  complain(`SMART_SHELF_FEED is "${shorten(name)}". It can be ${FeedKind.options.join(', ')}.`)
  return 'broadcast'
}

/** The development server is this machine or nothing: its pages get the window's one way out. */
function readRendererUrl(url: string | null, complain: Complain): string | null {
  if (url === null) return null
  if (localAddress.safeParse(url).success) return url
  complain(
    `ELECTRON_RENDERER_URL is "${shorten(url)}", which is not an address of this machine; it was not used.`,
  )
  return null
}

/**
 * The address this start works with. The environment wins over the settings; a mistyped environment does not fall back
 * to them, because another server than the one meant would look right and be wrong.
 */
export function serverToUse(config: Config, kept: ServerAddress | null): ServerAddress | null {
  return config.server === 'unusable' ? null : (config.server ?? kept)
}

const shorten = (text: string) => (text.length <= 80 ? text : `${text.slice(0, 77)}…`)

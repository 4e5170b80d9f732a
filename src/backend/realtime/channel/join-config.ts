import { randomUUID } from 'node:crypto'
import { isObject } from '../json.ts'

/** What a client asks for when it joins. Values of a wrong type count as not given; they do not fail the join. */
export interface JoinConfig {
  isPrivate: boolean
  broadcast: {
    self: boolean
    ack: boolean
    replicationReady: boolean
    replay: { sinceMs: number; limit: number } | null
  }
  presence: { key: string; enabled: boolean }
  /** The subscriptions to row changes as the client wrote them. */
  changes: Record<string, unknown>[]
  /** Joined without a config, by a client of the first generation: the topic itself names the table. */
  isLegacy: boolean
  accessToken: string | null
}

const MOST_REPLAYED = 25

/** Returns null for a payload that the server cannot read at all. */
export function readJoinConfig(payload: unknown, topicName: string): JoinConfig | null {
  if (!isObject(payload)) return null
  const { config } = payload
  if (config !== undefined && config !== null && !isObject(config)) return null
  const settings = config ?? {}
  const isLegacy = config === undefined || config === null
  return {
    isPrivate: isTrue(settings['private']),
    broadcast: readBroadcast(memberOf(settings, 'broadcast')),
    presence: readPresence(memberOf(settings, 'presence')),
    changes: isLegacy ? [legacyChanges(topicName)] : readChanges(settings['postgres_changes']),
    isLegacy,
    accessToken: readAccessToken(payload),
  }
}

/** A token that the server would look at: text that is not a publishable key. */
export function usableToken(value: unknown): string | null {
  return typeof value === 'string' && !value.startsWith('sb_') ? value : null
}

function readAccessToken(payload: Record<string, unknown>): string | null {
  return usableToken(payload['user_token']) ?? usableToken(payload['access_token'])
}

function readBroadcast(given: Record<string, unknown>): JoinConfig['broadcast'] {
  const { since, limit } = memberOf(given, 'replay')
  return {
    self: isTrue(given['self']),
    ack: isTrue(given['ack']),
    replicationReady: isTrue(given['replication_ready']),
    replay:
      typeof since === 'number'
        ? {
            sinceMs: since,
            limit:
              typeof limit === 'number'
                ? Math.min(Math.max(Math.floor(limit), 1), MOST_REPLAYED)
                : MOST_REPLAYED,
          }
        : null,
  }
}

function readPresence(given: Record<string, unknown>): JoinConfig['presence'] {
  const { key } = given
  return {
    key: typeof key === 'string' && key !== '' ? key : randomUUID(),
    enabled: isTrue(given['enabled']),
  }
}

function readChanges(given: unknown): Record<string, unknown>[] {
  return Array.isArray(given) ? given.filter(isObject) : []
}

/** `schema:table:filter`, where the later parts may be missing. */
function legacyChanges(topicName: string): Record<string, unknown> {
  const [schema, table, ...filter] = topicName.split(':')
  return {
    schema,
    ...(table === undefined ? {} : { table }),
    ...(filter.length === 0 ? {} : { filter: filter.join(':') }),
  }
}

function memberOf(object: Record<string, unknown>, key: string): Record<string, unknown> {
  const value = object[key]
  return isObject(value) ? value : {}
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}

import { ALL_RIGHTS, type Rights } from '../authorization.ts'
import { joinError, type Token } from '../tokens.ts'
import { mayJoin, noPermission } from './channel-token.ts'
import { readJoinConfig, type JoinConfig } from './join-config.ts'
import { readReplay, type Replayed } from './replay.ts'
import type { RealtimeContext } from '../context.ts'

export interface JoinRequest {
  /** The topic's name, without `realtime:`. */
  name: string
  payload: unknown
  /** The token of the connection, for joins that bring none. */
  connectionToken: Token
  /** Channels that the socket has joined, this topic not counted. */
  otherChannels: number
}

export type JoinDecision =
  | { kind: 'accepted'; config: JoinConfig; token: Token; read: Rights; replayed: Replayed[] }
  | { kind: 'refused'; reason: string }
  /** Too many joins: the socket is closed as well. */
  | { kind: 'expelled'; reason: string }

/** Decides on a join in the order in which the real server checks. */
export async function decideJoin(context: RealtimeContext, request: JoinRequest): Promise<JoinDecision> {
  const { name } = request
  if (name === '') return refused('TopicNameRequired: You must provide a topic name')
  const config = readJoinConfig(request.payload, name)
  if (!config) return refused('UnknownErrorOnChannel: no function clause matching in Access.get/3')
  if (context.faults.refuseJoins !== null) return refused(context.faults.refuseJoins)
  context.limits.joins.add(1)
  if (context.limits.joins.isExceeded) {
    return { kind: 'expelled', reason: 'ClientJoinRateLimitReached: Too many joins per second' }
  }
  if (request.otherChannels >= context.settings.maxChannelsPerClient) {
    return refused('ChannelRateLimitReached: Too many channels')
  }
  return admit(context, request, config).catch((error: unknown) => {
    context.log(`Realtime: a join of ${name} failed: ${String(error)}`)
    return refused('Unknown Error on Channel')
  })
}

async function admit(
  context: RealtimeContext,
  { name, connectionToken }: JoinRequest,
  config: JoinConfig,
): Promise<JoinDecision> {
  const result = await context.verifyToken(config.accessToken ?? connectionToken.text)
  if (!result.ok) return refused(joinError(result.failure))
  const { token } = result
  const read = config.isPrivate ? await context.authorization.read(token.claims, name) : ALL_RIGHTS
  if (!mayJoin(read)) return refused(`Unauthorized: ${noPermission(name)}`)
  const replayed = config.isPrivate ? await readReplay(context.database, name, config.broadcast.replay) : []
  return { kind: 'accepted', config, token, read, replayed }
}

function refused(reason: string): JoinDecision {
  return { kind: 'refused', reason }
}

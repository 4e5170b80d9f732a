/** A private and a public channel of the same name are two topics: nothing passes between them. */
export type TopicKey = string & { readonly topicKey: unique symbol }

const PREFIX = 'realtime:'

export function topicKey(name: string, isPrivate: boolean): TopicKey {
  return `${isPrivate ? 'private' : 'public'}:${name}` as TopicKey
}

/** The name after `realtime:`, or null for a topic of another kind. */
export function topicName(topic: unknown): string | null {
  return typeof topic === 'string' && topic.startsWith(PREFIX) ? topic.slice(PREFIX.length) : null
}

export function wireTopic(name: string): string {
  return PREFIX + name
}

import { jsonOf, sortedJsonOf } from '../json.ts'
import type { Database } from '../../database.ts'
import type { JoinConfig } from './join-config.ts'
import type { JsonText } from '../json.ts'

/** A stored message, ready to be sent again. */
export interface Replayed {
  id: string
  payload: JsonText
}

interface StoredRow extends Record<string, unknown> {
  id: string
  event: string
  payload: unknown
}

/** The last messages of a private topic since a moment, oldest first. */
export async function readReplay(
  database: Database,
  topic: string,
  replay: JoinConfig['broadcast']['replay'],
): Promise<Replayed[]> {
  if (!replay) return []
  const rows = await database.query<StoredRow>(
    `select id::text as id, event, payload from realtime.messages
     where topic = $1 and private and extension = 'broadcast' and payload is not null
       and inserted_at >= (to_timestamp($2::double precision / 1000) at time zone 'UTC')
     order by inserted_at desc limit $3::int`,
    [topic, replay.sinceMs, replay.limit],
  )
  return rows.reverse().map(({ id, event, payload }) => ({
    id,
    payload: jsonOf({
      event,
      meta: { id, replayed: true },
      payload: JSON.parse(sortedJsonOf(payload)) as unknown,
      type: 'broadcast',
    }),
  }))
}

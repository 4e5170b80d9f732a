import { z } from 'zod'
import { failed, ok } from '#shared/protocol/reply.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import { WorkFile } from '#shared/protocol/work.ts'
import type { UpstreamUser } from '../upstream/upstream.ts'

/* Unsent work as a file: of one person, for one server. */

/** Whose work may be taken in here. */
export interface TakerIn {
  user: UpstreamUser
  serverUrl: string
}

/** Reads a file's text, and says in a sentence why it is not taken. */
export function readWorkFile(text: string, { user, serverUrl }: TakerIn): Reply<WorkFile> {
  const json = parsed(text)
  const envelope = Envelope.safeParse(json)
  if (!envelope.success) return failed('bad-request', 'This file holds no work of a console.')
  if (envelope.data.version !== 1) {
    return failed('bad-request', 'This file was written by a newer console. Update this one to take it in.')
  }
  const read = WorkFile.safeParse(json)
  if (!read.success) {
    return failed(
      'bad-request',
      'This file is damaged: not all of its work can be read. Nothing was taken in.',
    )
  }
  const file = read.data
  if (projectOf(file.serverUrl) !== projectOf(serverUrl)) {
    return failed('bad-request', `This work is for another server (${file.serverUrl}). Nothing was taken in.`)
  }
  if (file.userId.toLowerCase() !== user.id.toLowerCase()) {
    return failed(
      'bad-request',
      `This work is ${file.email}’s and is sent as theirs alone: they have to sign in to take it in.`,
    )
  }
  return ok(file)
}

const Envelope = z.object({ format: WorkFile.shape.format, version: z.int() })

/** Undefined when it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A trailing slash or the case of the host makes no other project. */
function projectOf(url: string): string {
  return URL.canParse(url) ? new URL(url).href.replace(/\/+$/, '') : url
}

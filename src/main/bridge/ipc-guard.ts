import { askNames } from '#shared/protocol/channels.ts'
import { contract, type Answer, type AskChannel, type Question } from '#shared/protocol/contract.ts'
import { failed, type Reply } from '#shared/protocol/reply.ts'
import { createTokenBucket, type TokenBucket } from '#shared/lib/token-bucket.ts'
import type { Log, WindowId } from '../engine/ports.ts'
import type { SentBy } from './sender.ts'
import { isHeavierThan } from './weigh.ts'

/*
 * The only door from a window into the console [S1]. In this order, so that what costs least refuses first: who speaks,
 * how often, how much, in what shape. Every refusal is a reply; nothing is ever thrown back at a window.
 */

/** No honest question comes near it: the longest texts of the contract are a few thousand characters. */
const MAX_QUESTION_BYTES = 256 * 1_024
/** A list that is scrolled asks once a frame, 60 times a second; a burst of views opens at the start. */
const BURST = 240
const PER_SECOND = 120
/** A scanner in quick hands brings 20 commands a second. They have a limit of their own: no list that is scrolled costs a scan. */
const WORK_BURST = 240
const WORK_PER_SECOND = 40

/** The part of Electron's ipcMain that the guard stands on. */
export interface IpcDoor {
  handle(channel: string, listener: (event: SentBy, question: unknown) => Promise<unknown>): void
  removeHandler(channel: string): void
}

export type AnswerQuestion = <C extends AskChannel>(
  window: WindowId,
  channel: C,
  question: Question<C>,
) => Promise<Reply<Answer<C>>>

export interface GuardPorts {
  ipc: IpcDoor
  /** The window that speaks; null for anybody who is not one of ours. */
  identify(event: SentBy): WindowId | null
  answer: AnswerQuestion
  monotonicMs(): number
  log: Log
}

/**
 * Opens one handler for each question of the contract, and none for anything else.
 * @returns takes them away again
 */
export function guardIpc(ports: GuardPorts): () => void {
  const ofAll = bucketsBySender(() => createTokenBucket(BURST, PER_SECOND, () => ports.monotonicMs()))
  const ofWork = bucketsBySender(() =>
    createTokenBucket(WORK_BURST, WORK_PER_SECOND, () => ports.monotonicMs()),
  )

  for (const channel of askNames) {
    const bucketOf = channel.startsWith('work.') ? ofWork : ofAll
    ports.ipc.handle(channel, async (event, question) => {
      const window = ports.identify(event)
      if (window === null) return refuse(ports, channel, 'stranger')
      if (!bucketOf(event.sender).take()) return refuse(ports, channel, 'too-fast')
      if (isHeavierThan(question, MAX_QUESTION_BYTES)) return refuse(ports, channel, 'too-large')
      return await answerInShape(ports, channel, window, question)
    })
  }
  return () => {
    for (const channel of askNames) ports.ipc.removeHandler(channel)
  }
}

function bucketsBySender(open: () => TokenBucket): (sender: object) => TokenBucket {
  const buckets = new WeakMap<object, TokenBucket>()
  return (sender) => {
    const bucket = buckets.get(sender) ?? open()
    buckets.set(sender, bucket)
    return bucket
  }
}

async function answerInShape(
  ports: GuardPorts,
  channel: AskChannel,
  window: WindowId,
  question: unknown,
): Promise<Reply<unknown>> {
  const parsed = contract.ask[channel].question.safeParse(question)
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'the question itself')
    ports.log.warn('ipc.refused', { channel, because: 'shape', where })
    return failed('bad-request', `"${channel}" was asked in a shape it does not have: ${where.join(', ')}.`)
  }
  try {
    return await ports.answer(window, channel, parsed.data)
  } catch (error) {
    ports.log.error('ipc.failed', { channel, error })
    return failed('internal', `The console could not answer "${channel}". The log says why.`)
  }
}

function refuse(
  ports: GuardPorts,
  channel: AskChannel,
  because: 'stranger' | 'too-fast' | 'too-large',
): Reply<never> {
  ports.log.warn('ipc.refused', { channel, because })
  switch (because) {
    case 'stranger':
      return failed('bad-request', 'Only a window of the console may ask.')
    case 'too-fast':
      return failed('rate-limited', 'This window asks faster than the console answers.', true)
    case 'too-large':
      return failed('too-large', `A question may weigh ${MAX_QUESTION_BYTES / 1_024} KB.`)
  }
}

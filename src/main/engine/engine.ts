import type { AskChannel, Answer, Question } from '#shared/protocol/contract.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import type { PaperChannel } from '#shared/protocol/paper.ts'
import type { WorkFile } from '#shared/protocol/work.ts'
import type { PaperQuestions } from './paper/paper-questions.ts'
import type { WindowId } from './ports.ts'
import type { StationIdentity } from './thread-protocol.ts'

/** Channels the engine answers; the main process answers the others itself. */
export type EngineChannel = Exclude<
  AskChannel,
  | PaperChannel
  | 'app.about'
  | 'settings.desktop-notifications'
  | 'window.open'
  | 'station.rename'
  | 'work.export'
  | 'work.import'
>

/** What the main process asks for itself, for the files it writes and reads. No window has a channel for it [S1]. */
export interface OwnQuestions extends PaperQuestions {
  /** The unsent work of whoever is signed in, for a file. */
  'work.gather': { question: Record<string, never>; answer: WorkFile }
  /** A file's text: the work in it is kept, each command once. */
  'work.take-in': { question: { text: string }; answer: { taken: number; known: number } }
  /** What this station is called from now on. */
  'station.named': { question: StationIdentity; answer: Record<string, never> }
}
export type OwnChannel = keyof OwnQuestions

/** What the world outside tells the engine. Each is a reason to try at once, or to doubt the socket. */
export type Signal =
  | { kind: 'resumed' }
  | { kind: 'unlocked' }
  | { kind: 'network-up' }
  | { kind: 'network-down' }
  | { kind: 'focused' }
  | { kind: 'suspending' }

/** The whole engine, as the main process and the tests see it. Made by `composeEngine(ports)`. */
export interface Engine {
  ask<C extends EngineChannel>(window: WindowId, channel: C, question: Question<C>): Promise<Reply<Answer<C>>>
  askOwn<C extends OwnChannel>(
    channel: C,
    question: OwnQuestions[C]['question'],
  ): Promise<Reply<OwnQuestions[C]['answer']>>
  /** The window is gone or reloaded: its views are closed. */
  forget(window: WindowId): void
  signal(signal: Signal): void
  /** Ends everything in reverse order of its start; no timer, socket or file handle is left. */
  stop(): Promise<void>
}

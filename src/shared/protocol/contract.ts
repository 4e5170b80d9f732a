import { z } from 'zod'
import { Delta, Snapshot, ViewId } from './delta.ts'
import { CommandIntent, CountBasis } from '../domain/commands.ts'
import { MutationId, ProductId, WarehouseId } from '../domain/ids.ts'
import { StationKind } from '../domain/rows.ts'
import { DrillCaller } from './fleet.ts'
import { ledgerAsks } from './ledger.ts'
import { paperAsks, PaperState } from './paper.ts'
import { ViewSpec } from './views.ts'
import { WindowLook } from './windows.ts'
import { Submission, UndoAnswer } from './work.ts'

/*
 * Everything that may pass between a window and the main process, as a value; the types follow. `ask` is a question with
 * a Reply; `hear` is pushed to the window. There is no other channel [S1].
 */

const nothing = z.object({})

/** Something a person should know about how the console started. `message` is a plain sentence naming the thing. */
export const StartNotice = z.object({
  code: z.enum(['environment-invalid', 'settings-set-aside', 'settings-unreadable', 'folder-not-writable']),
  message: z.string(),
})
export type StartNotice = z.infer<typeof StartNotice>

export const contract = {
  ask: {
    /** Starts watching a view; asking again with the same viewId re-parameterises it or, unchanged, heals a gap. */
    'view.open': { question: z.object({ viewId: ViewId, view: ViewSpec }), answer: Snapshot },
    'view.close': { question: z.object({ viewId: ViewId }), answer: nothing },
    'session.sign-in': {
      question: z.object({ email: z.string().min(1).max(320), password: z.string().min(1).max(1024) }),
      answer: nothing,
    },
    'session.sign-out': { question: nothing, answer: nothing },
    /** Points the station at a Supabase project. Checked by asking it before it is kept. */
    'server.configure': {
      question: z.object({ url: z.url().max(2048), anonKey: z.string().min(1).max(4096) }),
      answer: nothing,
    },
    /** Keeps a command on disk; it is sent when it can be. The same mutation id again gets the same receipt [O1]. */
    'work.submit': { question: z.object({ command: CommandIntent }), answer: Submission },
    /** Takes a command back: one that was never sent is not sent, of any other the opposite is. `id` is that of the undo. */
    'work.undo': { question: z.object({ id: MutationId, undoes: MutationId }), answer: UndoAnswer },
    /** Where a blind count of a bin begins; to be handed back with what was counted. */
    'work.begin-count': {
      question: z.object({ warehouseId: WarehouseId, productId: ProductId, bin: z.string().min(1).max(40) }),
      answer: z.object({ basis: CountBasis }),
    },
    /** The refused desk: sends a refused command again as it is. */
    'work.retry': { question: z.object({ id: MutationId }), answer: nothing },
    /** Puts another command in the place of a refused one, which ends as `amended`. */
    'work.amend': { question: z.object({ id: MutationId, command: CommandIntent }), answer: Submission },
    /** Ends a refused command, for a reason that is kept. */
    'work.discard': {
      question: z.object({ id: MutationId, reason: z.string().trim().min(1).max(200) }),
      answer: nothing,
    },
    /** Hands a refused command to the supervisors of its warehouse, wherever they are; it stays on the desk, marked. */
    'work.assign': {
      question: z.object({ id: MutationId, note: z.string().trim().min(1).max(500) }),
      answer: nothing,
    },
    /** Writes the unsent work to a file that a person chooses; null when they choose none. */
    'work.export': {
      question: nothing,
      answer: z.object({ file: z.string().nullable(), commands: z.int() }),
    },
    /** Takes unsent work from a file; `known` were taken before, here or by the server, and are not taken twice. */
    'work.import': {
      question: nothing,
      answer: z.object({ file: z.string().nullable(), taken: z.int(), known: z.int() }),
    },
    ...ledgerAsks,
    /** One more window on the same engine, beside this one. Refused when there are as many as there may be. */
    'window.open': { question: WindowLook, answer: nothing },
    /** Names this station anew; the others hear of it with its next report. */
    'station.rename': {
      question: z.object({ name: z.string().trim().min(1).max(60), kind: StationKind }),
      answer: nothing,
    },
    /** Plays an outage at this station: no word reaches the server until it ends, by itself or by `drill.end`. */
    'drill.start': {
      question: z.object({ minutes: z.int().min(1).max(480), calledBy: DrillCaller.nullable() }),
      answer: nothing,
    },
    'drill.end': { question: nothing, answer: nothing },
    ...paperAsks,
    /** "Try now": skips the rest of a wait. */
    'link.retry': { question: nothing, answer: nothing },
    /** Whether this station tells supervisors and managers of news on the desktop; null asks without settling it. */
    'settings.desktop-notifications': {
      question: z.object({ wanted: z.boolean().nullable() }),
      answer: z.object({ wanted: z.boolean(), supported: z.boolean() }),
    },
    /** What this window needs to know before its first view: how it was started. */
    'app.about': {
      question: nothing,
      answer: z.object({
        version: z.string(),
        runtime: z.string(),
        /** True with a stand-in Electron for development machines: the window says so. */
        developmentRuntime: z.boolean(),
        /** Set when the embedded backend signs in by itself; the window says so. */
        demo: z.object({ email: z.string() }).nullable(),
        /** Set when the system offers no real encryption for the session at rest: the window warns. */
        secretsAtRest: z.enum(['encrypted', 'plain']),
        /** What went wrong while starting and did not stop the console, in plain sentences; the window shows them. */
        notices: z.array(StartNotice),
      }),
    },
  },
  hear: {
    'view.delta': Delta,
    /** An export or an import went on, or ended. */
    'paper.changed': PaperState,
    /** A person clicked a notification of the desktop: where it leads, such as `order/<id>`; null is the list of them. */
    'notification.clicked': z.object({ link: z.string().max(200).nullable() }),
    /** The engine was restarted: every view must be opened again. */
    'engine.restarted': nothing,
  },
} as const

export type AskChannel = keyof typeof contract.ask
export type HearChannel = keyof typeof contract.hear
export type Question<C extends AskChannel> = z.infer<(typeof contract.ask)[C]['question']>
export type Answer<C extends AskChannel> = z.infer<(typeof contract.ask)[C]['answer']>
export type Heard<C extends HearChannel> = z.infer<(typeof contract.hear)[C]>

export const askChannels = Object.keys(contract.ask) as AskChannel[]
export const hearChannels = Object.keys(contract.hear) as HearChannel[]

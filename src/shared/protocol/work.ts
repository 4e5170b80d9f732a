import { z } from 'zod'
import { Command, RefusalCode } from '../domain/commands.ts'
import { MutationId, OrderId, ProductId } from '../domain/ids.ts'
import { OrderStatus } from '../domain/rows.ts'
import { WaitReason } from './status.ts'

/*
 * What a person did at this station, on its way to the server: the work list, the refused desk, and the receipt that every
 * command gets once it is on disk [O1].
 */

const millis = z.number()
const facts = z.record(z.string(), z.unknown())

/**
 * Where a command stands. One tick while it is `queued` or `sending` (saved here; `sending`: the server may have it), two ticks
 * from `applied` on (`settled`: the mirror shows the server's own figures for it). `refused` waits for a person; `discarded`
 * (with a reason), `amended` and `taken-back` (never sent) have ended here.
 */
export const WorkState = z.enum([
  'queued',
  'sending',
  'applied',
  'settled',
  'refused',
  'discarded',
  'amended',
  'taken-back',
])
export type WorkState = z.infer<typeof WorkState>

/** Not known to be at the server: what is lost with this station's disk. */
export const unsentStates: readonly WorkState[] = ['queued', 'sending']

/** Why the last try to send did not settle it. */
export const SendTrouble = z.object({
  because: z.union([WaitReason, z.literal('signed-out')]),
  at: millis,
  /** When it is tried again, terminal clock; null when that waits for the network or a person. */
  nextAt: millis.nullable(),
  attempts: z.int(),
})
export type SendTrouble = z.infer<typeof SendTrouble>

/** The server's no, or this station's doubt, for the window to word. */
export const Refusal = z.object({ code: RefusalCode, facts })
export type Refusal = z.infer<typeof Refusal>

/** A command with the names a person knows its things by, as far as the mirror has them. */
export const WorkItem = z.object({
  id: MutationId,
  command: Command,
  state: WorkState,
  keptAt: millis,
  product: z.object({ id: ProductId, sku: z.string(), name: z.string(), unit: z.string() }).nullable(),
  order: z.object({ id: OrderId, number: z.string() }).nullable(),
  trouble: SendTrouble.nullable(),
  refusal: Refusal.nullable(),
  /** Who it was handed to, in the words of whoever did; still on the desk, for it is not settled. */
  assigned: z.object({ note: z.string(), at: millis }).nullable(),
  /** Whether `work.undo` may be asked for it now. */
  undoable: z.boolean(),
  /** The undo of this command, once there is one. */
  undoneBy: MutationId.nullable(),
})
export type WorkItem = z.infer<typeof WorkItem>

export const WorkFilter = z.enum(['all', 'unsent', 'refused'])
export type WorkFilter = z.infer<typeof WorkFilter>

/** The value of `work.summary`. */
export const WorkSummary = z.object({
  unsent: z.int(),
  /** Terminal clock. */
  oldestUnsentAt: millis.nullable(),
  refused: z.int(),
  /** Of other people who used this station: sent in their name while the server takes their session, else when they are back. */
  unsentOfOthers: z.int(),
})
export type WorkSummary = z.infer<typeof WorkSummary>

/** Figures of one bin, on the books. */
const BinFacts = z.object({ bin: z.string(), onHand: z.int(), allocated: z.int() })

/** The value of `work.detail`: a command with its facts then and now. */
export const WorkDetail = z.object({
  item: WorkItem,
  /** What the station saw of the bins concerned when the command was kept, and what it sees now. */
  binsThen: z.array(BinFacts),
  binsNow: z.array(BinFacts),
  orderThen: OrderStatus.nullable(),
  orderNow: OrderStatus.nullable(),
  /** The station's own doubt at the time, which the person was told. */
  doubt: Refusal.nullable(),
  /** Everything that happened to it, oldest first. */
  history: z.array(z.object({ at: millis, event: WorkState, note: z.string().nullable() })),
})
export type WorkDetail = z.infer<typeof WorkDetail>

/** Given once the command is on disk, and given again when the same mutation id comes again [O1]. */
export const Receipt = z.object({
  id: MutationId,
  keptAt: millis,
  /** The station's doubt: kept all the same, and the person hears of it. */
  doubt: Refusal.nullable(),
})
export type Receipt = z.infer<typeof Receipt>

/**
 * What `work.submit` answers. `objected`: this station knows that the server would refuse it; it was not kept.
 */
export const Submission = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('kept'), receipt: Receipt }),
  z.object({ kind: z.literal('objected'), refusal: Refusal }),
])
export type Submission = z.infer<typeof Submission>

/** What `work.undo` answers. `taken-back`: it had not been sent and never will be. `kept`: an undo is on its way. */
export const UndoAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('taken-back') }),
  ...Submission.options,
])
export type UndoAnswer = z.infer<typeof UndoAnswer>

/** Unsent work in a file: of one person, for one server. Taken in anywhere that person signs in, each command once. */
export const WorkFile = z.object({
  format: z.literal('smart-shelf-work'),
  version: z.literal(1),
  serverUrl: z.string(),
  userId: z.guid(),
  email: z.string(),
  exportedAt: z.iso.datetime(),
  commands: z.array(Command),
})
export type WorkFile = z.infer<typeof WorkFile>

import type { AskChannel, HearChannel } from './contract.ts'

/*
 * The names of the contract's channels and nothing else, so that the preload can be limited to them without carrying
 * the schemas. `satisfies` refuses a name too many, channels.test.ts one too few.
 */

export const askNames = [
  'view.open',
  'view.close',
  'session.sign-in',
  'session.sign-out',
  'server.configure',
  'work.submit',
  'work.undo',
  'work.begin-count',
  'work.retry',
  'work.amend',
  'work.discard',
  'work.assign',
  'work.export',
  'work.import',
  'paper.preview',
  'paper.print',
  'paper.save',
  'paper.send',
  'paper.printer',
  'paper.keep-printer',
  'paper.state',
  'table.export',
  'table.stop',
  'import.choose',
  'import.go',
  'import.stop',
  'import.forget',
  'import.save-errors',
  'ledger.page',
  'ledger.story',
  'stock.at',
  'stock.history',
  'flow.day',
  'window.open',
  'station.rename',
  'drill.start',
  'drill.end',
  'settings.desktop-notifications',
  'link.retry',
  'app.about',
] as const satisfies readonly AskChannel[]

export const hearNames = [
  'view.delta',
  'paper.changed',
  'notification.clicked',
  'engine.restarted',
] as const satisfies readonly HearChannel[]

/** How a window says that it listens; carries nothing and gets no answer. */
export const READY = 'window.ready'

/** Notes that are true and of no use here: Chromium's on a bare system, a library's on the Node inside the stand-in Electron. */
const notes = /^(\[\d+:\d+\/\d+\.\d+:(INFO|WARNING|ERROR):|⚠️ {2}Node\.js 20 and below are deprecated)/u

const verbose = process.env['SMART_SHELF_VERBOSE'] === '1'

/** Passes a line of the console's standard error on to ours, unless it is such a note (SMART_SHELF_VERBOSE=1 shows them too). */
export function passOn(line: string): void {
  if (verbose || !notes.test(line)) process.stderr.write(`${line}\n`)
}

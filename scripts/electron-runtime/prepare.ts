import { ensureDisplay, ensureRuntime, PlainError } from './index.ts'

/* Makes sure that there is an Electron to run on, with all it needs, and says which. */

const say = (sentence: string) => console.log(sentence)
try {
  const runtime = await ensureRuntime(say)
  const display = await ensureDisplay(say)
  await display.stop()
  console.log(runtime.executablePath)
} catch (error) {
  console.error(error instanceof PlainError ? error.message : error)
  process.exitCode = 1
}

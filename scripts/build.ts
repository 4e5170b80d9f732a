import { PlainError } from './electron-runtime/index.ts'
import { build } from './launch/build.ts'

/* `npm run build`: the console into out/. */

try {
  await build()
} catch (error) {
  console.error(error instanceof PlainError ? error.message : error)
  process.exitCode = 1
}

/*
 * Run by npm after each change of node_modules (the `dependencies` script).
 *
 * better-sqlite3 ships its binaries and says `"gypfile": false`: nothing to compile. npm leaves that word out of package-lock.json, and
 * `npm ci`, which reads nothing else, then compiles it after all, which needs Python, a compiler and a download. So the word is put
 * back here. Plain JavaScript: it may run before the Node of the project is there.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../package-lock.json', import.meta.url)
const text = readFileSync(file, 'utf8')
const lock = JSON.parse(text)
const entry = lock.packages['node_modules/better-sqlite3']
if (entry && entry.gypfile !== false) {
  entry.gypfile = false
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
}

/*
 * Run by the development runtime as plain Node: `--expose-gc --max-semi-space-size=1 prove-sqlite.cjs PACKAGE BINDING`. Exits with 0 when better-sqlite3
 * works with the binding, also while its objects are collected, when errors are thrown meanwhile, on a worker thread, and when that
 * thread is ended.
 */
const { once } = require('node:events')
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')

function exercise({ sqlite, binding }) {
  const Database = require(sqlite)
  for (let round = 0; round < 20; round++) {
    const database = new Database(':memory:', { nativeBinding: binding })
    database.function('twice', (value) => value * 2)
    database.exec("CREATE VIRTUAL TABLE note USING fts5(text, tokenize = 'trigram')")
    const insert = database.prepare('INSERT INTO note VALUES (?)')
    database.transaction(() => {
      for (let row = 0; row < 50; row++) insert.run(`shelf ${row}`)
    })()
    for (const found of database
      .prepare('SELECT rowid, text FROM note WHERE text MATCH ?')
      .iterate('shelf')) {
      if (found.rowid > 20) break
    }
    if (database.prepare('SELECT twice(21)').pluck().get() !== 42) throw new Error('Wrong answer.')
    if (round % 2 === 0) database.close()
    globalThis.gc()
  }
}

/** Until errors have been thrown in the middle of collections of statements, which a busy console comes to by and by. */
function collectWhileThrowing({ sqlite, binding }) {
  const Database = require(sqlite)
  const database = new Database(':memory:', { nativeBinding: binding })
  let held = []
  for (let n = 0; n < 400_000; n++) {
    database.prepare('SELECT ?')
    held.push(new Array(100).fill(n))
    if (held.length > 3_000) held = []
    try {
      database.exec('no statement')
    } catch (error) {
      if (error.code !== 'SQLITE_ERROR') throw error
    }
  }
  database.close()
}

async function main() {
  const [sqlite, binding] = process.argv.slice(2)
  const given = { sqlite, binding }
  collectWhileThrowing(given)
  exercise(given)
  const worker = new Worker(__filename, { workerData: given })
  await once(worker, 'message')
  await worker.terminate()
  await new Promise(setImmediate)
  globalThis.gc()
}

if (isMainThread) {
  main().catch((error) => {
    console.error(error)
    process.exit(1)
  })
} else {
  exercise(workerData)
  parentPort.postMessage('done')
  setInterval(() => exercise(workerData), 1)
}

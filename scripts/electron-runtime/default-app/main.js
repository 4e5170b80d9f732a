/*
 * What Electron runs when it is started with the path of an app: `electron [-r module] PATH [arguments]`.
 * Packed into the development runtime, whose archive has none of its own.
 */
import { readFileSync, statSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, dialog } from 'electron'

const { preload, target } = readArguments(process.argv.slice(1))
if (target === null) {
  console.error('Usage: electron [-r MODULE] PATH [arguments]')
  process.exit(1)
}
if (preload.length > 0) Module._preloadModules(preload)

try {
  // Awaited at the top level: Electron must not report "ready" before the app's own code has run.
  await import(pathToFileURL(introduce(resolve(target))).href)
} catch (error) {
  console.error(error)
  if (process.env.ELECTRON_ENABLE_DIALOGS) dialog.showErrorBox('This app could not be started', String(error))
  process.exit(1)
}

function readArguments(words) {
  const preload = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at]
    if (word === '-r' || word === '--require') preload.push(words[++at])
    else if (!word.startsWith('-')) return { preload, target: word }
  }
  return { preload, target: null }
}

/** Makes Electron take the app for its own, and returns the file to run. */
function introduce(path) {
  const folder = statSync(path).isDirectory() ? path : null
  if (folder === null) return path
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  app.setAppPath(folder)
  app.setName(about.productName ?? about.name ?? 'Electron')
  if (about.version) app.setVersion(about.version)
  return createRequire(join(folder, 'package.json')).resolve(resolve(folder, about.main ?? 'index.js'))
}

import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import type { Rule } from 'eslint'
import { layers, reserved, type Layer } from './layers.ts'

const project = path.resolve(import.meta.dirname, '../..')
const { imports: aliases } = JSON.parse(readFileSync(path.join(project, 'package.json'), 'utf8')) as {
  imports: Record<string, string>
}

/** What an import names: a file of the project (path from its root) or an npm package (`node:*` for Node itself). */
export type Target = { kind: 'file'; path: string } | { kind: 'package'; name: string }

/** @param importer path of the importing file from the project's root, with forward slashes */
export function targetOf(specifier: string, importer: string): Target {
  if (specifier.startsWith('.')) {
    return { kind: 'file', path: path.posix.join(path.posix.dirname(importer), specifier) }
  }
  for (const [alias, location] of Object.entries(aliases)) {
    const start = alias.replace('*', '')
    if (!specifier.startsWith(start)) continue
    return { kind: 'file', path: path.posix.normalize(location.replace('*', specifier.slice(start.length))) }
  }
  if (isBuiltin(specifier)) return { kind: 'package', name: 'node:*' }
  const words = specifier.split('/')
  return { kind: 'package', name: words.slice(0, specifier.startsWith('@') ? 2 : 1).join('/') }
}

/** Why this import is against the layers, as a sentence, or null when it is not. */
export function objection(importer: string, specifier: string): string | null {
  if (/\.test\.tsx?$/.test(importer)) return null
  const target = targetOf(specifier, importer)
  if (target.kind === 'file') {
    const held = reserved.find(({ what }) => matches(target.path, what))
    if (held && !isAtHome(importer, held.what) && !held.by.some((by) => matches(importer, by))) {
      return `${target.path} is put in place by ${held.by.join(', ') || 'the build'} only; ask for its port instead.`
    }
  }
  const layer = layerOf(importer)
  if (layer === null || isAllowed(layer, target)) return null
  return target.kind === 'file'
    ? `${layer.of} may import files of ${layer.files.join(', ')} only, not ${target.path}.`
    : `${layer.of} may import the packages ${layer.packages.join(', ')} only, not ${target.name}.`
}

function layerOf(file: string): Layer | null {
  const fitting = layers.filter(({ of }) => matches(file, of))
  return fitting.sort((a, b) => b.of.length - a.of.length)[0] ?? null
}

function isAllowed(layer: Layer, target: Target): boolean {
  if (target.kind === 'file') return layer.files.some((allowed) => matches(target.path, allowed))
  const refused = layer.packages.filter((name) => name.startsWith('!')).map((name) => name.slice(1))
  return (
    layer.packages.some((allowed) => matches(target.name, allowed)) &&
    !refused.some((name) => matches(target.name, name))
  )
}

/** Whether the importer lies in the folder of the reserved files themselves. */
function isAtHome(importer: string, what: string): boolean {
  return what.includes('*') && path.posix.dirname(importer) === path.posix.dirname(what)
}

function matches(name: string, pattern: string): boolean {
  if (name === pattern || name.startsWith(`${pattern}/`)) return true
  const star = pattern.indexOf('*')
  return star >= 0 && name !== pattern && name.startsWith(pattern.slice(0, star))
}

/** Reports imports and re-exports that go against layers.ts. */
export const layering: Rule.RuleModule = {
  meta: { type: 'problem', schema: [], messages: { against: '{{why}}' } },
  create(context) {
    const importer = path.relative(project, context.filename).split(path.sep).join('/')
    const check = (source: unknown, node: Rule.Node) => {
      if (typeof source !== 'string') return
      const why = objection(importer, source)
      if (why !== null) context.report({ node, messageId: 'against', data: { why } })
    }
    return {
      ImportDeclaration: (node) => {
        check(node.source.value, node)
      },
      ExportNamedDeclaration: (node) => {
        check(node.source?.value, node)
      },
      ExportAllDeclaration: (node) => {
        check(node.source.value, node)
      },
      ImportExpression: (node) => {
        check(node.source.type === 'Literal' ? node.source.value : null, node)
      },
    }
  },
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectFolder } from '../launch/folders.ts'
import { mutations } from './mutations.ts'

const edits = mutations.flatMap(({ name, edits }) => edits.map((edit) => ({ name, ...edit })))

test.each(edits)('$name can still break its rule in $file', ({ file, find }) => {
  expect(readFileSync(join(projectFolder, file), 'utf8').split(find)).toHaveLength(2)
})

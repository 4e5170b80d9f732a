import { mkdtemp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { failed, ok } from '#shared/protocol/reply.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import { recordingLog } from './diagnostics/recording-log.ts'
import { MAX_FILE_BYTES, openWorkFiles } from './work-files.ts'
import type { WorkFiles } from './work-files.ts'

const work = {
  ...{ format: 'smart-shelf-work', version: 1, serverUrl: 'http://shelf.test' },
  ...{ userId: '0c0f1a35-3c45-4d0a-9a2f-000000000001', email: 'mia/k@shelf.test' },
  ...{ exportedAt: '2026-11-22T08:00:00.000Z', commands: [{ kind: 'receive' }] },
}

let folder: string
let files: WorkFiles
let chosen: string | null
let suggested: string[]
let asked: { channel: string; question: unknown }[]
let answers: Partial<Record<string, Reply<unknown>>>

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'shelf-work-files-'))
  chosen = path.join(folder, 'work.json')
  suggested = []
  asked = []
  answers = { 'work.gather': ok(work), 'work.take-in': ok({ taken: 3, known: 1 }) }
  files = openWorkFiles({
    log: recordingLog(),
    engine: {
      askOwn: (channel, question) => {
        asked.push({ channel, question })
        return Promise.resolve(answers[channel] as Reply<never>)
      },
    },
    dialogs: {
      save: (name) => {
        suggested.push(name)
        return Promise.resolve(chosen)
      },
      open: () => Promise.resolve(chosen),
    },
  })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('unsent work is written where the person says, whole, and for their eyes only', async () => {
  expect(await files.write()).toEqual(ok({ file: chosen, commands: 1 }))
  expect(JSON.parse(await readFile(chosen ?? '', 'utf8'))).toEqual(work)
  expect((await stat(chosen ?? '')).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['work.json'])
  expect(suggested).toEqual(['unsent-work mia_k@shelf.test 2026-11-22 08.00.json'])
})

test('no work, no dialog; no file, nothing is written', async () => {
  answers['work.gather'] = ok({ ...work, commands: [] })
  expect(await files.write()).toEqual(ok({ file: null, commands: 0 }))
  expect(suggested).toEqual([])
  answers['work.gather'] = ok(work)
  chosen = null
  expect(await files.write()).toEqual(ok({ file: null, commands: 0 }))
  expect(await files.read()).toEqual(ok({ file: null, taken: 0, known: 0 }))
  expect(await readdir(folder)).toEqual([])
})

test('a place that cannot be written to is told, and an earlier file there stays as it is', async () => {
  chosen = path.join(folder, 'a file', 'work.json')
  await writeFile(path.join(folder, 'a file'), 'in the way')
  expect(await files.write()).toMatchObject({ ok: false, error: { code: 'internal' } })
  chosen = path.join(folder, 'a folder')
  await mkdir(chosen)
  expect(await files.write()).toMatchObject({ ok: false })
  expect((await readdir(folder)).sort()).toEqual(['a file', 'a folder'])
})

test('a file is handed to the engine as the text it is, and its answer to the window', async () => {
  await writeFile(chosen ?? '', 'whatever it says')
  expect(await files.read()).toEqual(ok({ file: chosen, taken: 3, known: 1 }))
  expect(asked).toEqual([{ channel: 'work.take-in', question: { text: 'whatever it says' } }])
  const no = failed('bad-request', 'This file holds no work of a console.')
  answers['work.take-in'] = no
  expect(await files.read()).toEqual(no)
})

test('what is too large, no file or not there is not read', async () => {
  await writeFile(chosen ?? '', '')
  await truncate(chosen ?? '', MAX_FILE_BYTES + 1)
  expect(await files.read()).toMatchObject({ error: { code: 'too-large' } })
  chosen = folder
  expect(await files.read()).toMatchObject({ error: { code: 'bad-request' } })
  chosen = path.join(folder, 'nothing')
  expect(await files.read()).toMatchObject({ error: { code: 'bad-request' } })
  expect(asked).toEqual([])
})

test('[S1] a window cannot cover the screen with dialogs', async () => {
  const first = files.write()
  expect(await files.read()).toMatchObject({ error: { code: 'rate-limited' } })
  await first
  await writeFile(chosen ?? '', 'text')
  expect(await files.read()).toMatchObject({ ok: true })
})

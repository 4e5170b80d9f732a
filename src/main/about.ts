import { access } from 'node:fs/promises'
import path from 'node:path'
import type { Answer, StartNotice } from '#shared/protocol/contract.ts'
import type { Config } from './config.ts'
import type { Vault } from './storage/vault.ts'

export interface AboutFacts {
  version: string
  electronVersion: string
  /** Folder of the packaged application's resources; a stand-in runtime leaves a mark there. */
  resourcesPath: string
  config: Config
  vault: Promise<Vault>
  notices: readonly StartNotice[]
}

/** What a window is told of how the console was started (`app.about`). */
export async function aboutConsole(facts: AboutFacts): Promise<Answer<'app.about'>> {
  const { config } = facts
  const isMarked = await exists(path.join(facts.resourcesPath, 'development-runtime'))
  return {
    version: facts.version,
    runtime: `Electron ${facts.electronVersion}`,
    developmentRuntime: config.developmentRuntime || isMarked,
    demo: config.demo && { email: config.demo.email },
    secretsAtRest: await (await facts.vault).protection(),
    notices: [...facts.notices],
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch {
    return false
  }
}

import type { Db } from './database.ts'
import { diskTrouble } from './disk-trouble.ts'
import type { Soundness } from './mirror.ts'

/** A damaged file has one cause and many symptoms: the first ones say enough. */
const MOST_PROBLEMS = 10

/**
 * Asks SQLite whether the file is sound: every page, row and constraint, but not whether each index agrees with its
 * table, which would take many times as long. It reads the whole file.
 */
export function quickCheck(db: Db): Soundness {
  try {
    const answers = db.pragma(`quick_check(${MOST_PROBLEMS})`) as { quick_check: string }[]
    const problems = answers.map((answer) => answer.quick_check).filter((answer) => answer !== 'ok')
    return { sound: problems.length === 0, problems }
  } catch (error) {
    // Damage can be such that SQLite cannot even finish looking for it.
    const trouble = diskTrouble(error)
    if (trouble?.problem !== 'damaged') throw trouble ?? error
    return { sound: false, problems: [trouble.message] }
  }
}

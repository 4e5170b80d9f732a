import { readCsv } from '../../src/main/import/csv.ts'
import { recognise, type FieldOf, type RetailColumn } from '../../src/main/import/files.ts'
import { ImportProblem } from '../../src/main/import/problem.ts'
import { readRetailLine, type RetailLine } from '../../src/main/import/retail-lines.ts'

/**
 * The lines of a retail invoice file that move goods: sales and cancellations, in the file's order, `most` at most.
 * Rejects with ImportProblem when the file is none or has no such line.
 */
export async function readMovingLines(path: string, most: number): Promise<RetailLine[]> {
  let lines: RetailLine[] = []
  await readCsv(path, () => {
    let field: FieldOf<RetailColumn> | null = null
    lines = []
    return {
      header: ({ header }) => {
        const known = recognise(header)
        if (known.kind !== 'retail') {
          throw new ImportProblem('A replay needs invoice lines; this file holds products with stock.')
        }
        field = known.field
      },
      record: ({ line, fields }) => {
        const read = field && readRetailLine(line, fields, field)
        if (read && 'kind' in read && (read.kind === 'sale' || read.kind === 'return')) lines.push(read)
        return lines.length < most
      },
    }
  })
  if (lines.length === 0) throw new ImportProblem(`${path} holds no sale and no cancellation to play.`)
  return lines
}

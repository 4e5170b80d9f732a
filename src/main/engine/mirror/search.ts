import type { Db, Statement } from './database.ts'
import { searchWords } from './text-keys.ts'

/*
 * Which products a search finds: every word must stand somewhere in the SKU, the name or a barcode, also inside a word.
 *
 * Words of three characters or more are looked up in the trigram index. A word of two has no trigram of its own, but
 * every place it stands at begins one (texts end in two line ends for that): it is looked up as any of the trigrams that
 * begin with it. A word of one would be nearly every trigram; it is compared with the texts themselves.
 */

/** What a search means in SQL: conditions on a table of texts, with their parameters in order. */
export interface SearchCondition {
  /** A match expression for the index, or null when the index cannot help. */
  match: string | null
  /** Each must stand in the text. */
  contained: string[]
}

/** More trigrams than this are slower to look up than the texts are to read. */
const MOST_GRAMS = 400

/** What the words of a search mean, by the trigrams there are. */
export class TextSearch {
  private readonly gramsFrom: Statement<[from: string, before: string, limit: number], string>

  /** @param grams the table of terms of the index */
  constructor(db: Db, grams: 'product_grams' | 'order_grams') {
    this.gramsFrom = db
      .prepare<[string, string, number], string>(
        `select term from ${grams} where term >= ? and term < ? limit ?`,
      )
      .pluck()
  }

  /** Null for a search without words: it leaves nothing out. */
  condition(search: string): SearchCondition | null {
    const words = searchWords(search)
    if (words.length === 0) return null
    const long = words.filter((word) => characters(word) >= 3)
    const short = words.filter((word) => characters(word) < 3)
    if (long.length > 0) return { match: long.map(quoted).join(' AND '), contained: short }
    const terms: string[] = []
    const contained: string[] = []
    for (const word of short) {
      const term = characters(word) === 2 ? this.beginning(word) : null
      if (term === null) contained.push(word)
      else terms.push(term)
    }
    return { match: terms.length > 0 ? terms.join(' AND ') : null, contained }
  }

  private beginning(word: string): string | null {
    const grams = this.gramsFrom.all(word, word + LAST_CHARACTER, MOST_GRAMS + 1)
    if (grams.length > MOST_GRAMS) return null
    // Nothing begins with it: a phrase that is in no text keeps the expression simple.
    if (grams.length === 0) return quoted(`\n${word}\n\n\n`)
    return `(${grams.map(quoted).join(' OR ')})`
  }
}

/** Which products a search finds. */
export class ProductSearch extends TextSearch {
  private readonly textOf: Statement<[productId: string], string>

  constructor(db: Db) {
    super(db, 'product_grams')
    this.textOf = db
      .prepare<[string], string>(
        'select text from product_text where no = (select no from product_no where id = ?)',
      )
      .pluck()
  }

  /** Whether the product is found by the search, as it is now. */
  isFound(productId: string, search: string): boolean {
    const text = this.textOf.get(productId)
    return text !== undefined && searchWords(search).every((word) => text.includes(word))
  }
}

/** The trigram index counts code points. */
const characters = (word: string): number => Array.from(word).length

const LAST_CHARACTER = '\u{10ffff}'

const quoted = (text: string): string => `"${text.replace(/"/g, '""')}"`

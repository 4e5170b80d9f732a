import type { Db } from './database.ts'
import { TextSearch } from './search.ts'

/** Which orders a search finds: every word must stand somewhere in the number or the customer. */
export const orderSearch = (db: Db): TextSearch => new TextSearch(db, 'order_grams')

/*
 * Tables that are kept when a damaged file is rebuilt; all others are pulled again. Each has an integer key `no`, by which
 * it is salvaged row by row, and names nothing by a number that ends with the file.
 */
export const keptTables = ['link_moves', 'proofs', 'integrity_checks', 'heads_seen'] as const

export type KeptTable = (typeof keptTables)[number]

/** A name of letters that every file system takes, with the moment it is of: "Stock 2026-11-22 08.00.csv" (UTC). */
export function fileName(title: string, at: number, ending: string): string {
  const safe = title.replace(/[^\p{L}\p{N} ._-]/gu, '_').trim() || 'Table'
  return `${safe} ${new Date(at).toISOString().slice(0, 16).replace('T', ' ').replace(':', '.')}.${ending}`
}

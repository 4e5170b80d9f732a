/** What a request prefers (`Prefer`) and accepts (`Accept`). */
export interface Preferences {
  returning: 'representation' | 'minimal' | 'headers-only'
  resolution: 'merge-duplicates' | 'ignore-duplicates' | null
  count: boolean
  /** Exactly one row, as an object instead of a list. */
  singular: boolean
  /** The parts of `Prefer` that are honoured, for the answer's Preference-Applied. */
  applied: string[]
}

const SINGULAR = 'application/vnd.pgrst.object'

export function readPreferences(headers: Headers): Preferences {
  const wanted = (headers.get('prefer') ?? '').split(',').map((preference) => preference.trim())
  const has = (preference: string): boolean => wanted.includes(preference)
  const returning = has('return=representation')
    ? 'representation'
    : has('return=headers-only')
      ? 'headers-only'
      : 'minimal'
  const resolution = has('resolution=merge-duplicates')
    ? 'merge-duplicates'
    : has('resolution=ignore-duplicates')
      ? 'ignore-duplicates'
      : null
  // The cheaper counts are estimates, which an exact one always fits.
  const count = has('count=exact') || has('count=planned') || has('count=estimated')
  return {
    returning,
    resolution,
    count,
    singular: (headers.get('accept') ?? '').includes(SINGULAR),
    applied: wanted.filter((preference) => /^(return|resolution|count)=/.test(preference)),
  }
}

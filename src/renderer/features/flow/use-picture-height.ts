import { useSyncExternalStore } from 'react'

const tall = '(min-height: 960px)'

function subscribe(changed: () => void): () => void {
  const query = matchMedia(tall)
  query.addEventListener('change', changed)
  return () => query.removeEventListener('change', changed)
}

/** In CSS pixels: both pictures are seen at once on a small window, and fill a large one. */
export const usePictureHeight = (): number =>
  useSyncExternalStore(subscribe, () => (matchMedia(tall).matches ? 340 : 210))

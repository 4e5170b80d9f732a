import { createStore, type StoreApi } from 'zustand/vanilla'

/** The sound by which a station calls somebody who is not looking: for what is critical, and for nothing else. */
export interface Chime {
  readonly store: StoreApi<{ readonly sound: 'on' | 'off' }>
  set(sound: 'on' | 'off'): void
  /** Sounds once, from one of the station's windows. */
  play(): void
}

/** One setting for all windows of a station: who mutes it means the room. */
const KEY = 'shelf.sound'
/** What comes within this time of the last one is the same call. */
const QUIET_MS = 3_000

/** @param sound makes the sound */
export function createChime(storage: Storage, locks: LockManager | undefined, sound: () => void): Chime {
  const kept = (): 'on' | 'off' => (storage.getItem(KEY) === 'off' ? 'off' : 'on')
  const store = createStore<{ readonly sound: 'on' | 'off' }>(() => ({ sound: kept() }))
  return {
    store,
    set(chosen) {
      storage.setItem(KEY, chosen)
      store.setState({ sound: chosen })
    },
    play() {
      // Another window may have muted it.
      if (kept() === 'off') return
      if (!locks) return sound()
      // All windows hear of it at once; whoever holds the lock makes the sound.
      void locks.request('shelf.chime', { ifAvailable: true }, async (lock) => {
        if (!lock) return
        sound()
        await new Promise((done) => setTimeout(done, QUIET_MS))
      })
    },
  }
}

/** Frequencies in Hz, high to low: told from the beep of a scanner, which goes up. */
const NOTES_HZ = [880, 660] as const
const NOTE_S = 0.16
const LOUDNESS = 0.18

/** Two short notes. */
export function soundTwoNotes(): void {
  const audio = new AudioContext()
  NOTES_HZ.forEach((hz, n) => {
    const [from, to] = [audio.currentTime + n * NOTE_S, audio.currentTime + (n + 1) * NOTE_S]
    const [note, gain] = [audio.createOscillator(), audio.createGain()]
    note.frequency.value = hz
    // Without a ramp at both ends it clicks.
    gain.gain.setValueAtTime(0, from)
    gain.gain.linearRampToValueAtTime(LOUDNESS, from + 0.015)
    gain.gain.linearRampToValueAtTime(0, to)
    note.connect(gain).connect(audio.destination)
    note.start(from)
    note.stop(to)
    if (n === NOTES_HZ.length - 1) note.onended = () => void audio.close()
  })
}

import s from './Shape.module.css'

/** What a state looks like without colour. */
export type ShapeName =
  | 'full'
  | 'half'
  | 'empty'
  | 'triangle'
  | 'check'
  | 'two-checks'
  | 'dot-in-ring'
  | 'cross'
  | 'ring'
  | 'slashed-ring'

export type Tone = 'good' | 'warn' | 'bad' | 'plain'

const drawings: Record<ShapeName, React.ReactNode> = {
  full: <circle cx="6" cy="6" r="4.5" fill="currentColor" stroke="none" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4.25" />
      <path d="M6 1.75a4.25 4.25 0 0 0 0 8.5z" fill="currentColor" stroke="none" />
    </>
  ),
  empty: <circle cx="6" cy="6" r="4.25" />,
  triangle: <path d="M6 1.6 11 10.4H1z" fill="currentColor" strokeLinejoin="round" />,
  check: <path d="m2 6.4 2.8 2.8L10 3.4" strokeWidth="1.9" />,
  'two-checks': <path d="m.6 6.6 2.5 2.5 4.6-5.4M6.2 9.1l5.2-5.9" strokeWidth="1.7" />,
  'dot-in-ring': (
    <>
      <circle cx="6" cy="6" r="4.5" />
      <circle cx="6" cy="6" r="2" fill="currentColor" stroke="none" />
    </>
  ),
  cross: <path d="m2.6 2.6 6.8 6.8m0-6.8L2.6 9.4" strokeWidth="1.9" />,
  ring: <circle cx="6" cy="6" r="4.25" />,
  'slashed-ring': (
    <>
      <circle cx="6" cy="6" r="4.25" />
      <path d="m3 9 6-6" />
    </>
  ),
}

/** A 12 px sign. Always beside a word, so it says nothing to screen readers. */
export function Shape({ name, tone }: { name: ShapeName; tone: Tone }): React.ReactNode {
  return (
    <svg
      className={s['shape']}
      data-tone={tone}
      viewBox="0 0 12 12"
      width="12"
      height="12"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      aria-hidden="true"
    >
      {drawings[name]}
    </svg>
  )
}

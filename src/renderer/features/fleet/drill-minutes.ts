import { t } from '../../texts/text.ts'

/** Long enough to do work in, short enough to wait for. */
export const DRILL_MINUTES = 15
const MOST_MINUTES = 480

/** What is wrong with an entry of minutes; null when nothing is. */
export const minutesFault = (minutes: number | null): string | null =>
  minutes === null || minutes < 1 || minutes > MOST_MINUTES
    ? t('drill.faulty.minutes', { most: MOST_MINUTES })
    : null

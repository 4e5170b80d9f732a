/* The part of the catalogue about stations, the people at them, what is going on, and drills. */
export const fleet = {
  'screen.fleet': 'Stations',
} as const

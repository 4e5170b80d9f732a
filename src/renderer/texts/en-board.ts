/* The part of the catalogue about the wall board and the console's windows. */
export const board = {
  'screen.board': 'Wall board',
} as const
